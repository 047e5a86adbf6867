// Draws against CPython's own, as written by test/reference/make_random.py.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { PythonRandom } from '../../../../src/base/math/python-random';
import { packageRoot } from '../../../../src/engine/parts/assets';

interface Stream { readonly seed: number; readonly draws: readonly { readonly population: number; readonly drawn: readonly number[] }[] }

const streams = JSON.parse(readFileSync(path.join(packageRoot, 'test/fixtures/math/python-random.json'), 'utf8')) as readonly Stream[];

const numbersBelow = new Map<number, readonly number[]>();

function numbers(below: number): readonly number[] {
  const known = numbersBelow.get(below) ?? Array.from({ length: below }, (_, i) => i);
  numbersBelow.set(below, known);
  return known;
}

describe('random numbers as Python draws them', () => {
  for (const [index, { seed, draws }] of streams.entries()) {
    it(`seed ${seed}, stream ${index}`, () => {
      const random = new PythonRandom(seed);
      for (const { population, drawn } of draws) assert.deepEqual(random.sample(numbers(population), drawn.length), drawn);
    });
  }

  it('refuses to draw more than there is, and seeds that are none', () => {
    assert.throws(() => new PythonRandom(1).sample([1, 2], 3), RangeError);
    for (const seed of [-1, 0.5, NaN, 2 ** 53]) assert.throws(() => new PythonRandom(seed), RangeError);
  });
});
