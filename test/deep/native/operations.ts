// Every operation on a backend against the plain reference on cpu, value and gradients, over shapes drawn at random.
import fc from 'fast-check';
import type { BackendName } from '../../../src/engine/tensors';
import { operationCases, publicForms } from '../../engine/tensors/cases';
import { assertSameOnBothBackends, check } from '../../engine/tensors/compare';

export function testOperations(backend: BackendName): void {
  describe(`operations on ${backend} against the reference on cpu`, () => {
    for (const [name, draw] of Object.entries(operationCases)) {
      it(name, () => check(fc.asyncProperty(draw, ({ seed, shapes, operation }) =>
        assertSameOnBothBackends(shapes, seed, (inputs) => operation(publicForms, inputs), 2e-5, backend))));
    }
  });
}
