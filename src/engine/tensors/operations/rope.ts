// Rotary position embedding (Su et al. 2021) in the rotate-half layout of Hugging Face transformers, in which feature j
// turns together with feature j + h/2.
// Legend: N rows, H heads, h head size (even), h2 = h/2.
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';
import { activeBackend } from '../backends/active';
import { differentiable, expectShape } from '../differentiable';
import { wasmHeap } from '../heap';
import type { WasmHeap } from '../heap';
import { turnComposed } from './composed/feed-forward';
import { turnWebgpu } from './wgsl/layer';

/** Turns every head of row n by the angles of row n, or back by them. */
export type Turn = (x_NHh: Tensor3D, cos_Nh2: Tensor, sin_Nh2: Tensor, direction: 1 | -1) => Tensor3D;

/** Turns every head of row n by the angles whose cosines and sines row n of the tables holds. */
export function rope(x_NHh: Tensor3D, cos_Nh2: Tensor2D, sin_Nh2: Tensor2D): Tensor3D {
  const heap = wasmHeap();
  if (heap !== undefined) return ropeKernel(heap, x_NHh, cos_Nh2, sin_Nh2);
  switch (activeBackend()) {
    case 'webgpu': return ropeBy(turnWebgpu, x_NHh, cos_Nh2, sin_Nh2);
    case 'tensorflow': return ropeBy(turnComposed, x_NHh, cos_Nh2, sin_Nh2);
    case 'cpu':
    case 'wasm': return ropeReference(x_NHh, cos_Nh2, sin_Nh2);
  }
}

/** The gradient of a turn is the turn back. */
export function ropeBy(turn: Turn, x_NHh: Tensor3D, cos_Nh2: Tensor2D, sin_Nh2: Tensor2D): Tensor3D {
  return differentiable<Tensor3D>({
    inputs: [x_NHh],
    forward: (_record, save) => {
      save([cos_Nh2, sin_Nh2]);
      return turn(x_NHh, cos_Nh2, sin_Nh2, 1);
    },
    backward: (dy_NHh, [cos, sin]) => [turn(dy_NHh, cos!, sin!, -1)],
  });
}

function ropeKernel(heap: WasmHeap, x_NHh: Tensor3D, cos_Nh2: Tensor2D, sin_Nh2: Tensor2D): Tensor3D {
  const [rows, heads, size] = x_NHh.shape;
  const half = size / 2;
  expectShape('The input of rope', x_NHh, [rows, heads, size]);
  expectShape('The cosines of rope', cos_Nh2, [rows, half]);
  expectShape('The sines of rope', sin_Nh2, [rows, half]);
  return ropeBy((x, cos, sin, direction) => {
    const y = heap.outputLike(x);
    heap.kernels.rope(heap.pointer(x), heap.pointer(cos), heap.pointer(sin), heap.pointer(y), rows, heads, half, direction);
    return y;
  }, x_NHh, cos_Nh2, sin_Nh2);
}

export function ropeReference(x_NHh: Tensor3D, cos_Nh2: Tensor2D, sin_Nh2: Tensor2D): Tensor3D {
  const [first, second] = tf.split(x_NHh, 2, -1) as [Tensor3D, Tensor3D];
  const cos = tf.expandDims(cos_Nh2, 1);
  const sin = tf.expandDims(sin_Nh2, 1);
  const turned = [tf.sub(tf.mul(first, cos), tf.mul(second, sin)), tf.add(tf.mul(second, cos), tf.mul(first, sin))];
  return tf.concat<Tensor3D>(turned as [Tensor3D, Tensor3D], -1);
}
