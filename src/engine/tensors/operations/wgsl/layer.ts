// RMSNorm, SwiGLU and rotary embedding on a GPU: one program a direction and output.
// Legend: N rows, D hidden, F intermediate features, H heads, h head size, h2 = h/2.
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor1D, Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';
import { differentiable } from '../../differentiable';
import { emptyTensor, lanes, runProgram, sumLanes } from './program';

const meanSquare = `
  var squares = 0.0;
  for (var d = lane; d < uniforms.width; d = d + ${lanes}) { let value = x[row * uniforms.width + d]; squares = squares + value * value; }
  let r = inverseSqrt(together_sum(lane, squares) / f32(uniforms.width) + uniforms.epsilon);`;

export function rmsNormWebgpu(x_ND: Tensor2D, weight_D: Tensor1D, epsilon: number): Tensor2D {
  const [rows, width] = x_ND.shape;
  const common = { rows, integers: { width }, floats: { epsilon }, declarations: sumLanes };
  return differentiable<Tensor2D>({
    inputs: [x_ND, weight_D],
    forward: (_record, save) => {
      save([x_ND, weight_D]);
      return runProgram({
        ...common, name: 'rmsNorm', inputs: { x: x_ND, weight: weight_D }, shape: [rows, width],
        body: `${meanSquare}
  for (var d = lane; d < uniforms.width; d = d + ${lanes}) { result[row * uniforms.width + d] = x[row * uniforms.width + d] * r * weight[d]; }`,
      }) as Tensor2D;
    },
    backward: (dy, [x, weight]) => tf.tidy(() => {
      /** Of each row, 1 / sqrt(mean square + epsilon). */
      const inverse = emptyTensor([rows]);
      const dx = runProgram({
        ...common, name: 'rmsNormGradient', inputs: { x: x!, weight: weight!, dy }, changes: { inverse }, shape: [rows, width],
        body: `${meanSquare}
  var products = 0.0;
  for (var d = lane; d < uniforms.width; d = d + ${lanes}) { let at = row * uniforms.width + d; products = products + dy[at] * weight[d] * x[at]; }
  let mean = together_sum(lane, products) * r * r / f32(uniforms.width);
  for (var d = lane; d < uniforms.width; d = d + ${lanes}) { let at = row * uniforms.width + d; result[at] = r * (dy[at] * weight[d] - x[at] * mean); }
  if (lane == 0) { inverse[row] = r; }`,
      });
      const dWeight = runProgram({
        name: 'rmsNormWeightGradient', inputs: { x: x!, dy, inverse }, shape: [width], integers: { rows, width }, rows: width, declarations: sumLanes,
        body: `
  var sum = 0.0;
  for (var n = lane; n < uniforms.rows; n = n + ${lanes}) { let at = n * uniforms.width + row; sum = sum + dy[at] * x[at] * inverse[n]; }
  let all = together_sum(lane, sum);
  if (lane == 0) { result[row] = all; }`,
      });
      return [dx, dWeight];
    }),
  });
}

export function swigluWebgpu(gate_NF: Tensor2D, up_NF: Tensor2D): Tensor2D {
  const sigmoid = 'let g = gate[index]; let s = 1.0 / (1.0 + exp(-g));';
  return differentiable<Tensor2D>({
    inputs: [gate_NF, up_NF],
    forward: (_record, save) => {
      save([gate_NF, up_NF]);
      return runProgram({ name: 'swiglu', inputs: { gate: gate_NF, up: up_NF }, shape: gate_NF.shape, body: `${sigmoid} result[index] = g * s * up[index];` }) as Tensor2D;
    },
    backward: (dy, [gate, up]) => {
      const dUp = emptyTensor(dy.shape);
      const dGate = runProgram({
        name: 'swigluGradient', inputs: { gate: gate!, up: up!, dy }, changes: { dUp }, shape: dy.shape,
        body: `${sigmoid} result[index] = dy[index] * up[index] * s * (1.0 + g * (1.0 - s)); dUp[index] = dy[index] * g * s;`,
      });
      return [dGate, dUp];
    },
  });
}

/** Rotary embedding, a direction at a time. */
export function turnWebgpu(x_NHh: Tensor3D, cosines: Tensor, sines: Tensor, direction: 1 | -1): Tensor3D {
  const [, heads, size] = x_NHh.shape;
  return runProgram({
    name: 'rope', inputs: { x: x_NHh, cosines, sines }, shape: x_NHh.shape, integers: { heads, half: size / 2 }, floats: { direction },
    body: `
  let j = index % (2 * uniforms.half);
  let n = index / (2 * uniforms.half * uniforms.heads);
  let isFirst = j < uniforms.half;
  let angle = n * uniforms.half + select(j - uniforms.half, j, isFirst);
  let other = x[select(index - uniforms.half, index + uniforms.half, isFirst)];
  result[index] = x[index] * cosines[angle] + other * sines[angle] * uniforms.direction * select(1.0, -1.0, isFirst);`,
  }) as Tensor3D;
}
