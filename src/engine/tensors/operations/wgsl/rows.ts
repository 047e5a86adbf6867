// Cross-entropy, log-likelihoods and sums of squares on a GPU: a workgroup a row.
// Legend: N rows, V vocabulary.
import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import { differentiable } from '../../differentiable';
import { emptyTensor, largestOfLanes, lanes, runProgram, sumLanes } from './program';

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

/** Of each row the target's log-likelihood, and whether it is the first of the most likely: [N, 2]; zeros where it is −1. */
export function likelihoodsWebgpu(logits_NV: Tensor2D, targets_N: Int32Array): Tensor {
  const [rows, width] = logits_NV.shape;
  return tf.tidy(() => runProgram({
    name: 'likelihoods', inputs: { logits: logits_NV, targets: tf.tensor1d(targets_N, 'int32') }, shape: [rows, 2], rows, integers: { width }, declarations: sumLanes + largestOfLanes,
    body: `
  let start = row * uniforms.width;
  let target_ = targets[row];
  let own = logits[start + max(0, target_)];
  var most = -3.0e38;
  var better = 0.0;
  for (var v = lane; v < uniforms.width; v = v + ${lanes}) {
    let logit = logits[start + v];
    most = max(most, logit);
    if (logit > own || (logit == own && v < target_)) { better = 1.0; }
  }
  most = together_most(lane, most);
  better = together_most(lane, better);
  var sum = 0.0;
  for (var v = lane; v < uniforms.width; v = v + ${lanes}) { sum = sum + exp(logits[start + v] - most); }
  sum = together_sum(lane, sum);
  if (lane == 0) {
    result[2 * row] = select(0.0, own - most - log(sum), target_ >= 0);
    result[2 * row + 1] = select(0.0, 1.0 - better, target_ >= 0);
  }`,
  }));
}

/** Sums of squares of each tensor [tensors · pieces], in pieces few enough that each is exact to 1e-6 and all can be read at once. */
export function squaresOfPieces(tensors: readonly Tensor[], pieces: number): Tensor {
  const sums = emptyTensor([tensors.length * pieces]);
  tensors.forEach((x, place) => {
    runProgram({
      name: 'squares', inputs: { x }, into: sums, shape: sums.shape, rows: pieces, integers: { count: x.size, pieces, first: place * pieces }, declarations: sumLanes,
      body: `
  var sum = 0.0;
  for (var i = row * ${lanes} + lane; i < uniforms.count; i = i + uniforms.pieces * ${lanes}) { sum = sum + x[i] * x[i]; }
  sum = together_sum(lane, sum);
  if (lane == 0) { result[uniforms.first + row] = sum; }`,
    });
  });
  return sums;
}
