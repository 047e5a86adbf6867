// Training as users start it, on one backend: continued pretraining stopped and resumed, then NEFTune fine-tuning of what
// came of it, each a detached job whose run file says `backend`.
import assert from 'node:assert/strict';
import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { latestCheckpoint } from '../../../src/runs/checkpoints';
import { readEvents } from '../../../src/runs/events';
import type { JobEvent } from '../../../src/protocol/events';
import { jobPath } from '../../../src/runs/layout';
import { runToEnd } from '../../process/run-to-end';
import { askAt, createTrainJob, makeTrainWorkspace } from '../../process/train/workspace';

const lossesOf = (events: readonly JobEvent[]): Map<number, number> =>
  new Map(events.flatMap((event) => (event.type === 'metrics' && 'train/loss' in event.metrics ? [[event.step, Number(event.metrics['train/loss'])] as const] : [])));

/** @param tolerance of losses after a resume, relative: a backend may add in another order each time. */
export function testTraining(backend: 'tensorflow' | 'webgpu', deviceWords: RegExp, steps: number, tolerance: number): void {
  describe(`training jobs with backend: ${backend}`, () => {
    let root: string;
    before(async () => { root = await makeTrainWorkspace(); });
    after(() => rm(root, { recursive: true, force: true }));

    it('pretrain, stop, resume to the losses of training in one go, and are tuned with noise', async () => {
      const settings = { backend, steps, 'checkpoints.everySteps': Math.ceil(steps / 3), 'heldOut.everySteps': steps };
      const straight = await createTrainJob(root, 'pretrain', settings);
      assert.equal((await runToEnd(straight)).state.state, 'done');
      const stopped = await createTrainJob(root, 'pretrain', settings);
      const stopAt = Math.ceil(steps / 2);
      const first = await runToEnd(stopped, askAt(stopped, 'stop', (event) => event.type === 'metrics' && event.step >= stopAt));
      assert.equal(first.state.state, 'stopped');
      assert.equal((await runToEnd(stopped)).state.state, 'done');
      const [expected, found] = [lossesOf(await readEvents(straight)), lossesOf(await readEvents(stopped))];
      assert.equal(found.size, steps);
      for (const [step, loss] of expected) assert.ok(Math.abs(found.get(step)! - loss) <= tolerance * loss, `step ${step}: ${found.get(step)} and ${loss}`);
      assert.ok(found.get(steps)! < found.get(1)! - 0.5, 'it learns');

      const tuned = await createTrainJob(root, 'finetune', { backend, epochs: 1 }, await latestCheckpoint(stopped));
      assert.equal((await runToEnd(tuned)).state.state, 'done');
      assert.ok((await readEvents(tuned)).some((event) => event.type === 'metrics' && 'neftune/noiseNorm' in event.metrics), 'noise is reported');

      const { attempts } = JSON.parse(await readFile(jobPath(stopped, 'provenance'), 'utf8')) as { attempts: { backend: string; backendReason: string; device: string }[] };
      assert.equal(attempts.length, 2);
      for (const attempt of attempts) {
        assert.equal(attempt.backend, backend);
        assert.match(attempt.device, deviceWords);
        assert.equal(attempt.backendReason, 'the run file says so');
      }
      const state = JSON.parse(await readFile(path.join((await latestCheckpoint(stopped))!, 'trainer_state.json'), 'utf8')) as { backend: string };
      assert.equal(state.backend, backend);
    });
  });
}
