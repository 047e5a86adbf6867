// Softmax over the keys a query sees, cross-entropy and sums of squares on a GPU: a workgroup a row.
// Legend: B batch, T query length, S key length, H query heads, N rows, V vocabulary.
import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import { differentiable } from '../../differentiable';
import { largestOfLanes, lanes, runProgram, sumLanes } from './program';

export interface VisibleKeys { readonly firstKey: Tensor; readonly queries: number; readonly keys: number; readonly heads: number }

/** Softmax of scale · scores [B·H·T rows, S] over the keys each query sees, 0 elsewhere. */
export function visibleSoftmax(scores: Tensor, { firstKey, queries, keys, heads }: VisibleKeys, scale: number): Tensor {
  return runProgram({
    name: 'visibleSoftmax', inputs: { scores, firstKey }, shape: scores.shape, rows: scores.size / keys, integers: { queries, keys, heads }, floats: { scale },
    declarations: sumLanes + largestOfLanes,
    body: `
  let t = row % uniforms.queries;
  let b = row / (uniforms.queries * uniforms.heads);
  let first = max(0, firstKey[b * uniforms.queries + t]);
  let last = uniforms.keys - uniforms.queries + t;
  let start = row * uniforms.keys;
  var most = -3.0e38;
  for (var s = first + lane; s <= last; s = s + ${lanes}) { most = max(most, scores[start + s] * uniforms.scale); }
  most = together_most(lane, most);
  var sum = 0.0;
  for (var s = first + lane; s <= last; s = s + ${lanes}) { sum = sum + exp(scores[start + s] * uniforms.scale - most); }
  sum = together_sum(lane, sum);
  for (var s = lane; s < uniforms.keys; s = s + ${lanes}) {
    var p = 0.0;
    if (s >= first && s <= last) { p = exp(scores[start + s] * uniforms.scale - most) / sum; }
    result[start + s] = p;
  }`,
  });
}

/** Gradient by the scores: scale · p · (dp − Σ p·dp), the sum over each row. */
export function softmaxGradient(p: Tensor, dp: Tensor, keys: number, scale: number): Tensor {
  return runProgram({
    name: 'softmaxGradient', inputs: { p, dp }, shape: p.shape, rows: p.size / keys, integers: { keys }, floats: { scale }, declarations: sumLanes,
    body: `
  let start = row * uniforms.keys;
  var sum = 0.0;
  for (var s = lane; s < uniforms.keys; s = s + ${lanes}) { sum = sum + p[start + s] * dp[start + s]; }
  sum = together_sum(lane, sum);
  for (var s = lane; s < uniforms.keys; s = s + ${lanes}) { result[start + s] = uniforms.scale * p[start + s] * (dp[start + s] - sum); }`,
  });
}

export function crossEntropySumWebgpu(logits_NV: Tensor2D, targets_N: Int32Array, scale: number): Scalar {
  const [rows, width] = logits_NV.shape;
  return differentiable<Scalar>({
    inputs: [logits_NV],
    forward: (_record, save) => {
      const targets = tf.tensor1d(targets_N, 'int32');
      /** Logarithm of the softmax's denominator. */
      const normaliser = runProgram({
        name: 'normaliser', inputs: { logits: logits_NV }, shape: [rows], rows, integers: { width }, declarations: sumLanes + largestOfLanes,
        body: `
  let start = row * uniforms.width;
  var most = -3.0e38;
  for (var v = lane; v < uniforms.width; v = v + ${lanes}) { most = max(most, logits[start + v]); }
  most = together_most(lane, most);
  var sum = 0.0;
  for (var v = lane; v < uniforms.width; v = v + ${lanes}) { sum = sum + exp(logits[start + v] - most); }
  sum = together_sum(lane, sum);
  if (lane == 0) { result[row] = most + log(sum); }`,
      });
      const loss = runProgram({
        name: 'crossEntropy', inputs: { logits: logits_NV, targets, normaliser }, shape: [1], rows: 1, integers: { rows, width }, floats: { scale }, declarations: sumLanes,
        body: `
  var sum = 0.0;
  for (var n = lane; n < uniforms.rows; n = n + ${lanes}) {
    let target_ = targets[n];
    if (target_ >= 0) { sum = sum + normaliser[n] - logits[n * uniforms.width + target_]; }
  }
  sum = together_sum(lane, sum);
  if (lane == 0) { result[0] = uniforms.scale * sum; }`,
      });
      save([logits_NV, targets, normaliser]);
      const sum = tf.reshape<tf.Rank.R0>(loss, []);
      tf.dispose([targets, normaliser, loss]);
      return sum;
    },
    backward: (dLoss, [logits, targets, normaliser]) => [runProgram({
      name: 'crossEntropyGradient', inputs: { logits: logits!, targets: targets!, normaliser: normaliser!, dLoss: tf.reshape(dLoss, [1]) }, shape: [rows, width], integers: { width }, floats: { scale },
      body: `
  let n = index / uniforms.width;
  let target_ = targets[n];
  var gradient = 0.0;
  if (target_ >= 0) {
    gradient = exp(logits[index] - normaliser[n]);
    if (index - n * uniforms.width == target_) { gradient = gradient - 1.0; }
  }
  result[index] = gradient * uniforms.scale * dLoss[0];`,
    })],
  });
}

/** Sums of squares of pieces of x [pieces], few enough that each is exact to 1e-6 and all can be read at once. */
export function squaresOfPieces(x: Tensor, pieces: number): Tensor {
  return runProgram({
    name: 'squares', inputs: { x: tf.reshape(x, [x.size]) }, shape: [pieces], rows: pieces, integers: { count: x.size, pieces }, declarations: sumLanes,
    body: `
  var sum = 0.0;
  for (var i = row * ${lanes} + lane; i < uniforms.count; i = i + uniforms.pieces * ${lanes}) { sum = sum + x[i] * x[i]; }
  sum = together_sum(lane, sum);
  if (lane == 0) { result[row] = sum; }`,
  });
}
