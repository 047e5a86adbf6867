// Every operation on a backend against the plain reference on cpu, value and gradients, over shapes drawn at random; and what
// training does with the gradients.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { adamwUpdate, dispose, openBackend, sumOfAllSquares, variable, zeros, type AdamWSettings, type BackendName } from '../../../src/engine/tensors';
import { operationCases, publicForms } from '../../engine/tensors/cases';
import { assertSameOnBothBackends, check, normal, relativeDifference, seeds } from '../../engine/tensors/compare';

/** Some updates on a backend: the parameter and both moments after them. */
async function updated(backend: BackendName, seed: number, shape: number[], settings: AdamWSettings): Promise<Float32Array[]> {
  await openBackend(backend);
  const [parameter, first, second] = [variable(normal(seed, shape)), variable(zeros(shape)), variable(zeros(shape))];
  for (let step = 1; step <= 3; step++) {
    const gradient = normal(seed + step, shape);
    adamwUpdate(parameter, gradient, first, second, { ...settings, step });
    gradient.dispose();
  }
  const values = await Promise.all([parameter, first, second].map(async (one) => (await one.data<'float32'>()).slice()));
  dispose([parameter, first, second]);
  return values;
}

export function testOperations(backend: BackendName): void {
  describe(`operations on ${backend} against the reference on cpu`, () => {
    for (const [name, draw] of Object.entries(operationCases)) {
      it(name, () => check(fc.asyncProperty(draw, ({ seed, shapes, operation }) =>
        assertSameOnBothBackends(shapes, seed, (inputs) => operation(publicForms, inputs), 2e-5, backend))));
    }

    const settings = fc.record({
      learningRate: fc.double({ min: 1e-5, max: 0.5, noNaN: true }), beta1: fc.double({ min: 0, max: 0.99, noNaN: true }), beta2: fc.double({ min: 0.5, max: 0.999, noNaN: true }),
      weightDecay: fc.double({ min: 0, max: 0.5, noNaN: true }), gradientScale: fc.double({ min: 0.1, max: 1, noNaN: true }), epsilon: fc.constant(1e-8), step: fc.constant(1),
    });
    it('AdamW, parameter and moments', () => check(fc.asyncProperty(seeds, fc.integer({ min: 1, max: 70 }), fc.integer({ min: 1, max: 20 }), settings, async (seed, n, d, drawn) => {
      const [expected, found] = [await updated('cpu', seed, [n, d], drawn), await updated(backend, seed, [n, d], drawn)];
      expected.forEach((values, index) => { assert.ok(relativeDifference(found[index]!, values) < 1e-5, ['parameter', 'first moment', 'second moment'][index]); });
    })));

    it('the norm of all gradients, to 1e-6', () => check(fc.asyncProperty(seeds, fc.integer({ min: 1, max: 5000 }), fc.integer({ min: 1, max: 40 }), async (seed, many, few) => {
      await openBackend(backend);
      const gradients = [normal(seed, [many]), normal(seed + 1, [few, 3])];
      const values = await Promise.all(gradients.map((gradient) => gradient.data<'float32'>()));
      const expected = values.reduce((sum, own) => own.reduce((all, value) => all + value * value, sum), 0);
      const found = await sumOfAllSquares(gradients);
      dispose(gradients);
      assert.ok(Math.abs(found - expected) < 1e-6 * expected, `${found} for ${expected}`);
    })));
  });
}
