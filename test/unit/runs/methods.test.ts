// Methods by the evaluations of their seeds, and changes along a ladder.
import assert from 'node:assert/strict';
import { changeOf } from '../../../src/runs/scored/compare';
import { compareMethods } from '../../../src/runs/scored/methods';
import type { StoredResults, StoredTask } from '../../../src/runs/scored/read';
import { itemOf, joinItems } from '../../../src/runs/scored/samples';

function task(name: string, pattern: string, hash = (index: number): string => `${name} ${index}`): StoredTask {
  return {
    task: name, metrics: {}, originalCount: pattern.length, setAsideCount: 0, fewshotCount: 0, questionBlind: false,
    items: Array.from(pattern).map((right, index) => ({ docHash: hash(index), promptHash: `prompt ${index}`, choiceCount: 4, scores: { acc: Number(right) } })),
  };
}
const results = (...tasks: readonly StoredTask[]): StoredResults => ({ file: '', modelName: '', modelHash: undefined, tasks: new Map(tasks.map((one) => [one.task, one])) });

describe('methods over seeds and questions', () => {
  it('count every seed, over the questions all were asked, corrected over tasks', () => {
    const first = ['00000000', '00000010'].map((pattern) => results(task('a', pattern), task('b', '0101')));
    const second = ['11111110', '11111100'].map((pattern) => results(task('a', pattern.slice(0, 7)), task('b', '0101')));
    const [a = assert.fail(), b = assert.fail()] = compareMethods(first, second, false);
    assert.deepEqual([a.task, a.items, a.firstSeeds, a.secondSeeds], ['a', 7, 2, 2]);
    assert.ok(Math.abs(a.difference - (13 / 14 - 1 / 14)) < 1e-12);
    assert.deepEqual([b.difference, b.p, b.adjustedP], [0, 1, 1]);
    assert.ok(a.p < 0.01 && Math.abs(a.adjustedP - 2 * a.p) < 1e-12);
    assert.deepEqual(compareMethods(first, [results(task('c', '1'))], false), []);
  });
});

describe('a change from one evaluation to another', () => {
  it('is over the questions both were asked, paired by prompt where no record is the same', () => {
    assert.equal(changeOf(task('a', '0011'), task('a', '0111'), 'acc')!.value, 0.25);
    assert.equal(changeOf(task('a', '0011'), task('a', '0111', (index) => `other form ${index}`), 'acc')!.value, 0.25);
    assert.equal(changeOf(undefined, task('a', '0111'), 'acc'), undefined);
    assert.equal(changeOf(task('a', '0011'), task('a', '0111'), 'f1'), undefined);
  });
});

describe('rows of samples', () => {
  it('of one question under several filters are one item, and tell which found no answer', () => {
    const row = (filter: string, answer: string, score: number): Record<string, unknown> => ({ doc_id: 3, doc_hash: 'h', prompt_hash: 'p', filter, metrics: ['exact_match'], exact_match: score, resps: [['The answer is B.']], filtered_resps: [answer], arguments: { gen_args_0: { arg_0: 'Q', arg_1: {} } } });
    const [item, ...others] = joinItems([itemOf(row('strict', '[invalid]', 0)), itemOf(row('flexible', 'B', 1)), itemOf({ ...row('strict', 'A', 0), doc_id: 4 })]);
    assert.deepEqual(item, { docHash: 'h', promptHash: 'p', docId: 3, choiceCount: 1, scores: { 'exact_match,strict': 0, 'exact_match,flexible': 1 }, unanswered: ['exact_match,strict'] });
    assert.equal(others.length, 1);
  });

  it('hold log-likelihoods as the harness writes them', () => {
    const item = itemOf({ doc_hash: 'h', filter: 'none', metrics: ['acc'], acc: 1.0, arguments: { gen_args_0: {}, gen_args_1: {} }, filtered_resps: [['-1.5', 'False'], ['-inf', 'True']] });
    assert.deepEqual(item.logLikelihoods, [-1.5, -Infinity]);
    assert.equal(item.unanswered, undefined);
  });
});
