import assert from 'node:assert/strict';
import fc from 'fast-check';
import { DataPlan, describeDocuments, documentsOf } from '../../../../src/engine/train/data-plan';
import { documentRows } from '../../../../src/engine/train/rows';
import { shardOf } from './shards';

const stage = (name: string, documents: number) => documentRows(name, shardOf(Array.from({ length: documents }, () => 3)), 8);
const defaults = { epochs: 1, batchSize: 4, accumulationSteps: 1, seed: 1 };

function rowNames(plan: DataPlan): string[] {
  return Array.from({ length: plan.totalSteps }, (_, step) => plan.microBatches(step)).flat(2).map(({ of, row }) => `${of.name}/${row}`);
}

describe('the order of training data', () => {
  it('gives every row once a pass, stages in order, and keeps the last partial batch', () => {
    fc.assert(fc.property(
      fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 7 }), fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 }),
      (first, second, batchSize, accumulationSteps, epochs) => {
        const plan = new DataPlan([stage('a', first), stage('b', second)], { epochs, batchSize, accumulationSteps, seed: 7 });
        const names = rowNames(plan);
        assert.equal(names.length, epochs * (first + second));
        for (let epoch = 0; epoch < epochs; epoch++) {
          const pass = names.slice(epoch * (first + second), (epoch + 1) * (first + second));
          assert.ok(pass.slice(0, first).every((name) => name.startsWith('a/')));
          assert.equal(new Set(pass).size, first + second);
        }
        const sizes = Array.from({ length: plan.totalSteps }, (_, step) => plan.microBatches(step).map((batch) => batch.length)).flat();
        assert.ok(sizes.slice(0, -1).every((size) => size === batchSize));
      },
    ));
  });

  it('is the same whether a step is reached in order or asked for alone', () => {
    const names = (plan: DataPlan, step: number) => plan.microBatches(step).flat().map(({ of, row }) => `${of.name}/${row}`);
    const stages = [stage('a', 13), stage('b', 5)];
    const inOrder = new DataPlan(stages, { ...defaults, epochs: 3 });
    const all = Array.from({ length: inOrder.totalSteps }, (_, step) => names(inOrder, step));
    for (let step = inOrder.totalSteps - 1; step >= 0; step--) {
      assert.deepEqual(names(new DataPlan(stages, { ...defaults, epochs: 3 }), step), all[step]);
    }
  });

  it('shuffles each pass and each seed differently', () => {
    const one = rowNames(new DataPlan([stage('a', 40)], { ...defaults, epochs: 2 }));
    const other = rowNames(new DataPlan([stage('a', 40)], { ...defaults, seed: 2 }));
    assert.notDeepEqual(one.slice(0, 40), one.slice(40));
    assert.notDeepEqual(one.slice(0, 40), other);
  });

  it('counts steps from epochs, fractions of them included, unless steps are given', () => {
    const steps = (settings: object) => new DataPlan([stage('a', 10)], { ...defaults, ...settings }).totalSteps;
    assert.equal(steps({}), 3);
    assert.equal(steps({ epochs: 0.5 }), 2);
    assert.equal(steps({ epochs: 0.01 }), 1);
    assert.equal(steps({ accumulationSteps: 2, epochs: 3 }), 4);
    assert.equal(steps({ steps: 11 }), 11);
  });

  it('ends with the row that reaches the tokens asked for', () => {
    const lengths = [3, 9, 5, 7, 2];
    const rows = documentRows('a', shardOf(lengths.map((length) => length + 1)), 20);
    fc.assert(fc.property(fc.integer({ min: 1, max: 100 }), (tokens) => {
      const plan = new DataPlan([rows], { ...defaults, batchSize: 1, tokens });
      const seen = Array.from({ length: plan.totalSteps }, (_, step) => plan.microBatches(step)).flat(2).map(({ of, row }) => of.lengths[row]!);
      const sum = (list: readonly number[]): number => list.reduce((total, length) => total + length, 0);
      assert.ok(sum(seen) >= tokens && sum(seen.slice(0, -1)) < tokens);
    }));
  });

  it('says where a step stands', () => {
    const plan = new DataPlan([stage('a', 6), stage('b', 4)], { ...defaults, epochs: 2 });
    assert.deepEqual(plan.position(0), { epoch: 0, stage: 'a', index: 0 });
    assert.deepEqual(plan.position(2), { epoch: 0, stage: 'b', index: 2 });
    assert.deepEqual(plan.position(3), { epoch: 1, stage: 'a', index: 2 });
  });

  it('names the documents of rows', () => {
    const rows = stage('a', 9);
    assert.equal(describeDocuments(documentsOf([2, 3, 4, 7].map((row) => ({ of: rows, row })))), 'a: documents 2–4, 7');
  });
});
