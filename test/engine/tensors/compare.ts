// Runs one operation, forward and backward, on either backend, and compares what comes out.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import * as tf from '@tensorflow/tfjs-core';
import { RandomStream } from '../../../src/base/math/random';
import { gradientsLater, openBackend, variable } from '../../../src/engine/tensors/index';
import type { BackendName, BackendSettings, Scalar, Tensor, Variable } from '../../../src/engine/tensors/index';

export interface Evaluation {
  readonly value: Float32Array;
  readonly gradients: readonly Float32Array[];
}

/** Standard normal numbers times `scale`. */
export function normal(seed: number, shape: number[], scale = 1): Tensor {
  const random = RandomStream.of(seed, `test ${shape.join('×')}`);
  const size = shape.reduce((product, length) => product * length, 1);
  return tf.tensor(Float32Array.from({ length: size }, () => random.normal() * scale), shape);
}

/** The output of `operation` and the gradients, by every input, of the output's sum weighted at random. */
export async function evaluate(
  backend: BackendName, shapes: number[][], seed: number, operation: (inputs: Variable[]) => Tensor, settings: BackendSettings = {},
): Promise<Evaluation> {
  await openBackend(backend, settings);
  const before = tf.memory().numTensors;
  const inputs = shapes.map((shape, index) => tf.tidy(() => variable(normal(seed + index, shape))));
  const output = tf.tidy(() => operation(inputs));
  const value = (await output.data<'float32'>()).slice();
  const { gradients: made } = await gradientsLater(
    () => tf.sum<Scalar>(tf.mul(operation(inputs), normal(seed + 100, output.shape))), inputs,
  );
  const result = { value, gradients: await Promise.all(made.map(async (gradient) => (await gradient.data<'float32'>()).slice())) };
  tf.dispose([output, ...made, ...inputs]);
  assert.equal(tf.memory().numTensors, before, `${backend}: tensors leaked`);
  return result;
}

/** Largest difference, relative to the largest expected magnitude (at least `floor`). */
export function relativeDifference(actual: Float32Array, expected: Float32Array, floor = 0.1): number {
  assert.equal(actual.length, expected.length);
  let largest = floor;
  let difference = 0;
  for (const [index, value] of expected.entries()) {
    largest = Math.max(largest, Math.abs(value));
    const distance = Math.abs(actual[index]! - value);
    difference = Number.isNaN(distance) ? Infinity : Math.max(difference, distance);
  }
  return difference / largest;
}

/** Value and gradients are those expected, within f32 rounding. */
export function assertSame(actual: Evaluation, expected: Evaluation, tolerance = 2e-5): void {
  const value = relativeDifference(actual.value, expected.value);
  assert.ok(value < tolerance, `value differs by ${value}`);
  for (const [index, gradient] of expected.gradients.entries()) {
    const difference = relativeDifference(actual.gradients[index]!, gradient);
    assert.ok(difference < tolerance, `gradient ${index} differs by ${difference}`);
  }
}

/** A backend gives what the reference gives on `cpu`, value and gradients, within f32 rounding. */
export async function assertSameOnBothBackends(
  shapes: number[][], seed: number, operation: (inputs: Variable[]) => Tensor, tolerance = 2e-5, backend: BackendName = 'wasm',
): Promise<void> {
  const expected = await evaluate('cpu', shapes, seed, operation);
  assertSame(await evaluate(backend, shapes, seed, operation), expected, tolerance);
}

export const seeds = fc.integer({ min: 1, max: 1_000_000 });
export const rows = fc.integer({ min: 1, max: 21 });
export const features = fc.integer({ min: 1, max: 37 });
export const vocabularies = fc.integer({ min: 2, max: 70 });

/** Twenty runs; cpu and wasm alternate, so runs go one after the other. */
export function check<Values extends [unknown, ...unknown[]]>(property: fc.IAsyncProperty<Values>): Promise<void> {
  return fc.assert(property, { numRuns: 20 });
}
