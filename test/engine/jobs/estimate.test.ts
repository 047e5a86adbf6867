// What `preclinical estimate` says of a run file: with its mix built, before it is built, and for another engine.
import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { estimateRun } from '../../../src/engine/jobs/estimate/run';
import type { RunEstimate } from '../../../src/protocol/estimate';
import { mixesFolder } from '../../../src/runs/layout';
import { makeTrainWorkspace } from '../../process/train/workspace';

describe('the estimate of a run', () => {
  let root: string;
  before(async () => { root = await makeTrainWorkspace(); });
  after(() => rm(root, { recursive: true, force: true }));
  const estimate = async (overrides: Readonly<Record<string, unknown>> = {}): Promise<RunEstimate> =>
    (await estimateRun(root, path.join(root, 'pretrain.run.yaml'), { overrides, calibration: 'anew' })).estimate;

  it('has a time from measured micro-batches, from the built mix or as if every row were full', async () => {
    const built = await estimate();
    assert.deepEqual([built.mix.built, built.steps, built.time?.assumesFullRows], [true, 120, undefined]);
    assert.ok(built.time!.trainMs > 0 && built.time!.heldOutMs > 0);
    await rm(mixesFolder(root), { recursive: true, force: true });
    const unbuilt = await estimate();
    assert.deepEqual([unbuilt.mix.built, unbuilt.steps, unbuilt.time?.assumesFullRows], [false, 120, true]);
    assert.ok(unbuilt.time!.trainMs > 0 && unbuilt.time!.heldOutMs > 0);
  });

  it('is of one process where TRL trains, and measures nothing there', async () => {
    const [one, two] = [await estimate({ engine: 'trl' }), await estimate({ engine: 'trl', 'scaleout.processes': 2, 'scaleout.device': 'cpu' })];
    assert.deepEqual([one.backend, one.time, two.accumulationSteps, two.batchSize], ['trl', undefined, 1, 8]);
    assert.ok(two.memory.limitBytes <= one.memory.limitBytes);
  });
});
