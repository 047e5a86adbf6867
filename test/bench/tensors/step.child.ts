// Measures training steps and generation of a Mistral-shaped decoder made of the engine's operations alone.
//   node dist/test/bench/tensors/step.child.mjs [batch length hidden intermediate layers heads keyValueHeads vocabulary steps]
import * as tf from '@tensorflow/tfjs-core';
import { RandomStream } from '../../../src/base/math/random';
import {
  adamwUpdate, add, attention, crossEntropySum, dispose, embedding, gradients, linear, memory, openBackend, reshape, rmsNorm, rope, sumOfSquares,
  swiglu, tensor1d, tensor2d, tidy, variable, wasmBytesInUse, zeros,
} from '../../../src/engine/tensors/index';
import type { Tensor2D, Tensor3D, Variable } from '../../../src/engine/tensors/index';

const given = process.argv.slice(2).map(Number);
const [batch, length, hidden, intermediate, layers, heads, keyValueHeads, vocabulary, steps] =
  [32, 64, 192, 512, 4, 4, 2, 2000, 10].map((usual, index) => given[index] ?? usual) as
  [number, number, number, number, number, number, number, number, number];
const size = hidden / heads;
const rows = batch * length;
await openBackend('wasm');

const random = RandomStream.of(1, 'bench');
const parameters = new Map<string, Variable>();
function parameter(name: string, shape: number[]): void {
  const count = shape.reduce((product, side) => product * side, 1);
  const values = Float32Array.from({ length: count }, () => (shape.length === 1 ? 1 : random.normal() * 0.02));
  parameters.set(name, tidy(() => variable(tf.tensor(values, shape))));
}
parameter('embedding', [vocabulary, hidden]);
for (let layer = 0; layer < layers; layer++) {
  for (const [name, out, into] of [
    ['q', hidden, hidden], ['k', keyValueHeads * size, hidden], ['v', keyValueHeads * size, hidden], ['o', hidden, hidden],
    ['gate', intermediate, hidden], ['up', intermediate, hidden], ['down', hidden, intermediate],
  ] as const) parameter(`${layer}.${name}`, [out, into]);
  parameter(`${layer}.norm1`, [hidden]);
  parameter(`${layer}.norm2`, [hidden]);
}
parameter('norm', [hidden]);
parameter('head', [vocabulary, hidden]);

const matrix = (name: string): Tensor2D => parameters.get(name) as unknown as Tensor2D;
const norm = (x: Tensor2D, name: string): Tensor2D => rmsNorm(x, parameters.get(name) as unknown as tf.Tensor1D, 1e-5);
const angles = Float32Array.from({ length: rows * size / 2 }, (_, index) =>
  (Math.floor(index / (size / 2)) % length) * 10000 ** (-(index % (size / 2)) / (size / 2)));
const allCos = tensor2d(angles.map(Math.cos), [rows, size / 2]);
const allSin = tensor2d(angles.map(Math.sin), [rows, size / 2]);

function logits(ids: tf.Tensor1D, rows: number, batch: number, cachedKeys: number): Tensor2D {
  let x = embedding(matrix('embedding'), ids);
  const [cos, sin] = [tf.slice(allCos, [0, 0], [rows, size / 2]), tf.slice(allSin, [0, 0], [rows, size / 2])];
  const firstKey_N = new Int32Array(rows);
  const withCache = (x: Tensor3D): Tensor3D => (cachedKeys === 0 ? x : tf.concat([zeros([cachedKeys, keyValueHeads, size]), x], 0));
  for (let layer = 0; layer < layers; layer++) {
    const h = norm(x, `${layer}.norm1`);
    const q = rope(reshape<tf.Rank.R3>(linear(h, matrix(`${layer}.q`)), [rows, heads, size]), cos, sin);
    const k = rope(reshape<tf.Rank.R3>(linear(h, matrix(`${layer}.k`)), [rows, keyValueHeads, size]), cos, sin);
    const v: Tensor3D = reshape(linear(h, matrix(`${layer}.v`)), [rows, keyValueHeads, size]);
    x = add(x, linear(attention(q, withCache(k), withCache(v), { batch, firstKey_N }), matrix(`${layer}.o`)));
    const g = norm(x, `${layer}.norm2`);
    x = add(x, linear(swiglu(linear(g, matrix(`${layer}.gate`)), linear(g, matrix(`${layer}.up`))), matrix(`${layer}.down`)));
  }
  return linear(norm(x, 'norm'), matrix('head'));
}

const variables = [...parameters.values()];
const first = variables.map((p) => tidy(() => variable(zeros(p.shape))));
const second = variables.map((p) => tidy(() => variable(zeros(p.shape))));
const ids = tensor1d(Int32Array.from({ length: rows }, () => random.integer(vocabulary)), 'int32');
const targets = Int32Array.from({ length: rows }, () => random.integer(vocabulary));

/** One token after 64 cached ones. */
function generateStep(): void {
  const next = tidy(() => tf.argMax(logits(tensor1d([7], 'int32'), 1, 1, 64), -1));
  next.dataSync();
  next.dispose();
}

function trainStep(step: number): number {
  const { value, gradients: made } = gradients(() => crossEntropySum(logits(ids, rows, batch, 0), targets, 1 / rows), variables);
  const gradientNorm = Math.sqrt(made.reduce((sum, gradient) => sum + sumOfSquares(gradient), 0));
  for (const [index, p] of variables.entries()) {
    adamwUpdate(p, made[index]!, first[index]!, second[index]!, {
      learningRate: 1e-3, beta1: 0.9, beta2: 0.95, epsilon: 1e-8, weightDecay: 0.1, step, gradientScale: Math.min(1, 1 / gradientNorm),
    });
  }
  dispose(made);
  return value;
}

const projections = layers * (2 * hidden * hidden + 2 * hidden * keyValueHeads * size + 3 * hidden * intermediate) + hidden * vocabulary;
const flopPerToken = 3 * (2 * projections + layers * 2 * length * hidden); // attention: causal half of 4·T·D
let loss = 0;

/** Milliseconds of processor time, which other programs disturb less than wall time; and its mean. */
function time(repeats: number, run: (index: number) => void): { best: number; mean: number } {
  let [best, sum] = [Infinity, 0];
  for (let index = 1; index <= repeats; index++) {
    const before = process.cpuUsage();
    run(index);
    const { user, system } = process.cpuUsage(before);
    best = Math.min(best, (user + system) / 1000);
    sum += (user + system) / 1000;
  }
  return { best, mean: sum / repeats };
}
const training = time(steps, (step) => { loss = trainStep(step); });
const generating = time(200, generateStep);
const rate = (ms: number): string => `${(rows / ms * 1000).toFixed(0)} tokens/s, ${(rows * flopPerToken / ms / 1e6).toFixed(1)} GFLOP/s`;
process.stdout.write(
  `B=${batch} T=${length} D=${hidden} F=${intermediate} L=${layers} H=${heads} K=${keyValueHeads} V=${vocabulary}, loss ${loss.toFixed(4)}\n`
  + `training, best of ${steps} steps ${training.best.toFixed(1)} ms of processor time: ${rate(training.best)}\n`
  + `training, mean ${training.mean.toFixed(1)} ms: ${rate(training.mean)}\n`
  + `generation, best ${generating.best.toFixed(2)} ms a token, mean ${generating.mean.toFixed(2)} ms\n`
  + `${memory().numTensors} tensors, ${(wasmBytesInUse() / 2 ** 20).toFixed(0)} MiB in use\n`,
);
