import assert from 'node:assert/strict';
import type { RunEstimate, StudyEstimate } from '../../../src/protocol/estimate';
import { english, estimateSummary, estimateTable, estimateWarnings } from '../../../src/protocol/estimate-words';

const mebibyte = 2 ** 20;
const run: RunEstimate = {
  kind: 'run', name: 'cpt', backend: 'wasm', parameters: 1_234_567, batchSize: 8, sequenceLength: 64, accumulationSteps: 2,
  memory: {
    weightBytes: 5 * mebibyte, gradientBytes: 10 * mebibyte, momentBytes: 10 * mebibyte, activationBytes: 75 * mebibyte, peakBytes: 100 * mebibyte,
    limitBytes: 4096 * mebibyte, usableBytes: 3800 * mebibyte,
  },
  fits: true, mix: { name: 'notes', file: 'mixes/notes.mix.yaml', built: true }, steps: 1200, tokens: 1_200_000,
  sources: [{ source: 'letters', stage: 'only', domain: 'clinical', tokens: 1_200_000, epochs: 1.5 }],
  time: { totalMs: 125_000, trainMs: 120_000, heldOutMs: 5_000, tokensPerSecond: 10_000, source: 'measured', measuredFraction: 0.25, device: 'CPU' },
  disk: { checkpointBytes: 15 * mebibyte, neededBytes: 30 * mebibyte, freeBytes: 2 ** 40 },
};
const without = <K extends keyof RunEstimate>(estimate: RunEstimate, ...keys: K[]): Omit<RunEstimate, K> =>
  Object.fromEntries(Object.entries(estimate).filter(([key]) => !(keys as string[]).includes(key))) as Omit<RunEstimate, K>;
const unbuilt: RunEstimate = { ...without(run, 'time', 'steps', 'tokens'), sources: [], mix: { ...run.mix, built: false } };
const tooLarge: RunEstimate = {
  ...unbuilt, fits: false, largest: { batchSize: 3, sequenceLength: 24 }, disk: { ...run.disk, freeBytes: mebibyte },
  memory: { ...run.memory, peakBytes: 5000 * mebibyte },
};

describe('an estimate in words', () => {
  it('says memory by part, tokens, epochs of each source, time with how it is known, and disk', () => {
    const table = estimateTable(run, english);
    for (const part of [
      /parameters +1,234,567/, /8 × 64 tokens, 2 an update/, /peak +100 MiB; the wasm backend holds 4 GiB/, /moments +10 MiB/,
      /letters +1,200,000 tokens of clinical, 1\.5 epochs/, /2 min 05 s: training 2 min 00 s/, /measured just now, in proportion from 25 % of a micro-batch/, /15 MiB each, 30 MiB at most/,
    ]) assert.match(table, part);
    assert.equal(estimateSummary(run, english), 'cpt fits · 100 MiB of memory · about 2 min 05 s · 1,200,000 tokens · 30 MiB of disk');
    assert.deepEqual(estimateWarnings(run, english), []);
  });

  it('says what is known only later', () => {
    assert.match(estimateTable(unbuilt, english), /not built yet: it is built first[\s\S]*updates +known when the mix is built[\s\S]*time +not measured/);
  });

  it('warns of what cannot be, with the settings that could', () => {
    assert.deepEqual(estimateWarnings(tooLarge, english), [
      'cpt needs 4.88 GiB of memory and may fill 3.71 GiB. The largest that fits: batchSize 3 or sequenceLength 24 in mixes/notes.mix.yaml.',
      'Checkpoints need 30 MiB, and 1 MiB of disk are free.',
    ]);
    const never = without(tooLarge, 'largest');
    const recomputed: RunEstimate = { ...tooLarge, largest: { recomputeActivations: true } };
    assert.match(estimateWarnings(recomputed, english)[0]!, /may fill 3\.71 GiB\. With recomputeActivations true it fits, in about a third more time\.$/);
    assert.match(estimateWarnings(never, english)[0]!, /No micro-batch of this model fits/);
  });

  it('sums a study up', () => {
    const study: StudyEstimate = {
      kind: 'study', name: 'paper', parallel: 2, runs: { base: run, cpt: run }, tokens: 2_400_000, computeMs: 250_000, elapsedMs: 125_000,
      peakBytes: 200 * mebibyte, fits: true, disk: { checkpointBytes: 30 * mebibyte, neededBytes: 60 * mebibyte, freeBytes: 2 ** 40 },
    };
    assert.match(estimateTable(study, english), /4 min 10 s of compute, about 2 min 05 s with 2 side by side/);
    assert.match(estimateTable(study, english), /30 MiB of all runs, 60 MiB at most/);
    assert.match(estimateSummary(study, english), /^paper fits · 200 MiB/);
  });
});
