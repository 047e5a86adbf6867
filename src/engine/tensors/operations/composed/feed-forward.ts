// RMSNorm, SwiGLU and rotary embedding for backends other than our own: fewer operations and fewer kept tensors than
// differentiating the references would take; on webgpu, programs of ours.
// Legend: N rows, D hidden, F intermediate features, H heads, h head size, h2 = h/2.
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor1D, Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';
import { activeBackend } from '../../backends/active';
import { differentiable } from '../../differentiable';
import { rmsNormWebgpu, swigluWebgpu } from '../wgsl/layer';

export function rmsNormComposed(x_ND: Tensor2D, weight_D: Tensor1D, epsilon: number): Tensor2D {
  if (activeBackend() === 'webgpu') return rmsNormWebgpu(x_ND, weight_D, epsilon);
  const inverse = (x: Tensor): Tensor => tf.rsqrt(tf.add(tf.mean(tf.square(x), -1, true), epsilon));
  return differentiable<Tensor2D>({
    inputs: [x_ND, weight_D],
    forward: (_record, save) => {
      save([x_ND, weight_D]);
      return tf.tidy(() => tf.mul(tf.mul(x_ND, inverse(x_ND)), weight_D));
    },
    backward: (dy, [x, weight]) => tf.tidy(() => {
      const r_N1 = inverse(x!);
      const normed = tf.mul(x!, r_N1);
      const scaled = tf.mul(dy, weight!);
      return [tf.mul(r_N1, tf.sub(scaled, tf.mul(normed, tf.mean(tf.mul(scaled, normed), -1, true)))), tf.sum(tf.mul(dy, normed), 0)];
    }),
  });
}

export function swigluComposed(gate_NF: Tensor2D, up_NF: Tensor2D): Tensor2D {
  if (activeBackend() === 'webgpu') return swigluWebgpu(gate_NF, up_NF);
  return differentiable<Tensor2D>({
    inputs: [gate_NF, up_NF],
    forward: (_record, save) => {
      save([gate_NF, up_NF]);
      return tf.tidy(() => tf.mul(tf.mul(gate_NF, tf.sigmoid(gate_NF)), up_NF));
    },
    backward: (dy, [gate, up]) => tf.tidy(() => {
      const sigmoid = tf.sigmoid(gate!);
      const silu = tf.mul(gate!, sigmoid);
      const slope = tf.add(sigmoid, tf.mul(silu, tf.sub(1, sigmoid)));
      return [tf.mul(tf.mul(dy, up!), slope), tf.mul(dy, silu)];
    }),
  });
}

/** Rotary embedding, a direction at a time. */
export function turnComposed(x: Tensor3D, cosines: Tensor, sines: Tensor, direction: 1 | -1): Tensor3D {
  return tf.tidy(() => {
    const [first, second] = tf.split(x, 2, -1) as [Tensor3D, Tensor3D];
    const cos = tf.expandDims(cosines, 1);
    const sin = direction === 1 ? tf.expandDims(sines, 1) : tf.neg(tf.expandDims(sines, 1));
    const turned = [tf.sub(tf.mul(first, cos), tf.mul(second, sin)), tf.add(tf.mul(second, cos), tf.mul(first, sin))];
    return tf.concat<Tensor3D>(turned as [Tensor3D, Tensor3D], -1);
  });
}
