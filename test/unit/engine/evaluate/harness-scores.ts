// The numbers of test/reference/make_scores.py: what lm-evaluation-harness's hf class gives the sample model, and the
// model they are of. The shipped one has 256 positions; prompts with examples need more.
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { mediaPath } from '../../../../src/engine/parts/assets';
import { fixtures } from './task-files';

export interface HarnessScores {
  readonly cases: readonly {
    readonly title: string;
    readonly metrics: Readonly<Record<string, number>>;
    /** Of each question, of each option: log-likelihood in nats, and whether it is what the model says first. */
    readonly items: readonly (readonly (readonly [number, boolean])[])[];
  }[];
}

export const committedScores = JSON.parse(readFileSync(path.join(fixtures, 'harness-scores.json'), 'utf8')) as HarnessScores;

/** Nats, of the sum over an option's tokens: the rounding of float32 in another order. */
const limit = 1e-4;

export function assertSameScores(found: HarnessScores['cases'], expected: HarnessScores['cases']): void {
  assert.deepEqual(found.map(({ title }) => title), expected.map(({ title }) => title));
  for (const [at, { title, metrics, items }] of expected.entries()) {
    assert.deepEqual(found[at]!.items.map((item) => item.map(([, isGreedy]) => isGreedy)), items.map((item) => item.map(([, isGreedy]) => isGreedy)), title);
    for (const [question, options] of items.entries()) {
      for (const [option, [logLikelihood]] of options.entries()) {
        const own = found[at]!.items[question]![option]![0];
        assert.ok(Math.abs(own - logLikelihood) <= limit, `${title}, question ${question}, option ${option}: ${own} instead of ${logLikelihood}`);
      }
    }
    for (const [metric, value] of Object.entries(metrics)) {
      const own = found[at]!.metrics[metric];
      assert.ok(own !== undefined && Math.abs(own - value) < 1e-12, `${title}, ${metric}: ${own} instead of ${value}`);
    }
  }
}

/** A copy of the sample model with room for examples. */
export function roomySampleModel(): { readonly folder: string; readonly remove: () => void } {
  const folder = mkdtempSync(path.join(tmpdir(), 'preclinical-scores-'));
  cpSync(mediaPath('sample', 'model'), folder, { recursive: true });
  const file = path.join(folder, 'config.json');
  writeFileSync(file, JSON.stringify({ ...(JSON.parse(readFileSync(file, 'utf8')) as object), max_position_embeddings: 2048 }));
  return { folder, remove: () => { rmSync(folder, { recursive: true, force: true }); } };
}
