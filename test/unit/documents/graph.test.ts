import assert from 'node:assert/strict';
import fc from 'fast-check';
import { chainLengths, stepNeeds, stepOrder } from '../../../src/documents/study/graph';
import type { Study } from '../../../src/documents/study/schema';

/** A study whose step i may need only steps before it. */
const acyclic = fc.array(fc.array(fc.nat(), { maxLength: 3 }), { minLength: 1, maxLength: 12 }).map((needs): Study => {
  const steps = Object.fromEntries(needs.map((before, index) => [
    `s${index}`,
    { run: 'x.run.yaml', set: {}, after: index === 0 ? [] : before.map((n) => `s${n % index}`) },
  ]));
  return { kind: 'study', name: 'demo', primaryMetric: { task: 't', metric: 'acc' }, parallel: 2, steps, comparison: [] };
});

describe('the graph of a study', () => {
  it('orders every step after what it needs', () => {
    fc.assert(fc.property(acyclic, (study) => {
      const { order, cycle } = stepOrder(study);
      assert.equal(cycle, undefined);
      assert.equal(order.length, Object.keys(study.steps).length);
      for (const name of order) {
        for (const need of stepNeeds(study.steps[name]!)) assert.ok(order.indexOf(need) < order.indexOf(name));
      }
    }));
  });

  it('gives a step a longer chain than any step that needs it', () => {
    fc.assert(fc.property(acyclic, (study) => {
      const lengths = chainLengths(study, () => 1);
      for (const [name, step] of Object.entries(study.steps)) {
        for (const need of stepNeeds(step)) assert.ok(lengths.get(need)! > lengths.get(name)!);
      }
    }));
  });
});
