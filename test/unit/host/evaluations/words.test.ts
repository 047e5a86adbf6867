import assert from 'node:assert/strict';
import path from 'node:path';
import { describeScores, describeTask, formatScore } from '../../../../src/host/evaluations/words';
import { english } from '../../../../src/protocol/estimate-words';
import { readScores } from '../../../../src/runs/results';

const harness = path.join(process.env['PRECLINICAL_ROOT'] ?? process.cwd(), 'test/fixtures/evaluate/harness-results');

describe('scores in words', () => {
  it('are read from files that lm-evaluation-harness wrote', async () => {
    const scores = (await readScores(harness))!;
    assert.deepEqual(scores.tasks.map(({ task }) => task), ['medqa_text']);
    const [task] = scores.tasks;
    assert.match(describeTask(task!), /^acc 0\.\d{3} ± 0\.\d{3}/);
    assert.match(describeScores(scores, english), /^medqa_text acc/);
    assert.match(task!.samplesFile, /samples_medqa_text_2026-11-23T01-14-07\.626049\.jsonl$/);
  });

  it('have an error only when there is one', () => {
    assert.deepEqual([formatScore({ value: 0.5, standardError: undefined, n: 1 }), formatScore({ value: 0.25, standardError: 0.0125, n: 9 })], ['0.500', '0.250 ± 0.013']);
  });
});
