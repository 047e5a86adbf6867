import assert from 'node:assert/strict';
import { compareResults } from '../../../../src/runs/scored/compare';
import { differItems } from '../../../../src/runs/scored/differ';
import type { StoredResults } from '../../../../src/runs/scored/read';

/** Results in which question i is right where the pattern has a 1. */
function results(patterns: Readonly<Record<string, string>>): StoredResults {
  const tasks = Object.entries(patterns).map(([task, pattern]) => [task, {
    task, metrics: {}, originalCount: pattern.length, setAsideCount: 0, fewshotCount: 0, questionBlind: false,
    items: Array.from(pattern).map((right, index) => ({ docHash: `${task} ${index}`, choiceCount: 4, scores: { acc: Number(right) } })),
  }] as const);
  return { file: '', modelName: '', modelHash: undefined, tasks: new Map(tasks) };
}

describe('two evaluations', () => {
  it('are compared over the questions both were asked, second minus first', () => {
    const [one] = compareResults(results({ facts: '0000000011' }), results({ facts: '1111111010' }));
    assert.deepEqual([one!.first.value, one!.second.value, one!.difference.n], [0.2, 0.8, 10]);
    assert.ok(Math.abs(one!.difference.value - 0.6) < 1e-12);
    assert.deepEqual([one!.onlyFirst, one!.onlySecond], [1, 7]);
    assert.ok(Math.abs(one!.p - 2 * (1 + 8) / 2 ** 8) < 1e-12); // exact McNemar: P(X ≤ 1) of 8 fair coins, both sides
    assert.ok(one!.interval[0] > 0 && one!.interval[1] <= 1);
  });

  it('are corrected over their tasks, and say nothing of what only one was asked', () => {
    const compared = compareResults(results({ a: '000000', b: '0101', c: '11' }), results({ a: '111111', b: '1010' }));
    assert.deepEqual(compared.map(({ task }) => task), ['a', 'b']);
    assert.deepEqual(compared.flatMap(({ p, adjustedP }) => [p, adjustedP]).map((p) => Number(p.toFixed(9))), [2 / 64, 4 / 64, 1, 1]);
    assert.deepEqual(compareResults(results({ a: '1' }), results({ b: '1' })), []);
  });

  it('differ in the questions that were fixed and broken', () => {
    const [before, after] = [results({ facts: '0011' }), results({ facts: '0101' })].map((one) => one.tasks.get('facts')!);
    assert.deepEqual(differItems(before!, after!, 'acc').map(({ docHash, outcome }) => `${docHash} ${outcome}`), ['facts 0 both wrong', 'facts 1 fixed', 'facts 2 broken', 'facts 3 both right']);
    assert.deepEqual(differItems(before!, results({ facts: '1' }).tasks.get('facts')!, 'acc').map(({ outcome }) => outcome), ['fixed']);
    assert.deepEqual(differItems(before!, after!, 'acc_norm'), []);
  });
});
