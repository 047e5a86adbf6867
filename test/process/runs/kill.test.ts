// kill -9 at many instants: whatever was finished stays, and the job goes on to the same end.
import assert from 'node:assert/strict';
import { existsSync, statSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { RandomStream } from '../../../src/base/math/random';
import { readAllEvents } from '../../../src/runs/events';
import { readJobFile } from '../../../src/runs/job-file';
import { jobPath } from '../../../src/runs/layout';
import { listJobs } from '../../../src/runs/list';
import { readProvenance } from '../../../src/runs/provenance/record';
import { requestIds, writeRequest } from '../../../src/runs/requests';
import { readJobState } from '../../../src/runs/state';
import { readStatus } from '../../../src/runs/status';
import { checkDone, checkEvents } from './check-job';
import { createCounting, launchCounting, processExists, waitFor, withRoot } from './counting-job';

const kills = 25;
const steps = 2500;

describe('a job killed again and again', () => {
  it('loses nothing finished, whenever it is killed', () => withRoot(async (root) => {
    const random = RandomStream.of(2, 'kills');
    const folder = await createCounting(root, { steps, every: 50 });
    const reader = startReader(root, folder);
    const stale: string[] = [];
    for (let kill = 0; kill < kills; kill++) {
      const bytes = eventBytes(folder);
      const { pid } = await launchCounting(folder, { wait: false });
      const target = bytes + random.integer(14_000);
      // A quarter is killed while it starts, the rest somewhere in the events it writes.
      if (random.integer(4) > 0) await waitFor('more events', () => eventBytes(folder) > target || !processExists(pid));
      process.kill(pid, 'SIGKILL');
      await waitFor('its end', () => !processExists(pid));
      await checkEvents(folder);
      const { attempt, state } = (await readStatus(folder))!;
      assert.notEqual(state, 'done', 'the job is long enough for every kill');
      if (random.integer(3) === 0) stale.push(await writeRequest(folder, random.pick(['stop', 'pause', 'checkpoint']), attempt));
    }
    await launchCounting(folder);
    await waitFor('the job is done', async () => (await readJobState(folder)).state === 'done');
    await reader.end();
    await checkDone(folder, steps);
    await waitFor('the lock is released', () => !existsSync(jobPath(folder, 'lock')));
    await checkStale(folder, stale);
    const { attempts } = (await readProvenance(folder))!;
    const numbers = attempts.map((entry) => entry.attempt);
    assert.deepEqual(numbers, [...new Set(numbers)].sort((a, b) => a - b), 'one entry an attempt');
    assert.equal(numbers.at(-1), (await readStatus(folder))!.attempt);
  }));
});

function eventBytes(folder: string): number {
  return statSync(jobPath(folder, 'events')).size;
}

async function checkStale(folder: string, ids: readonly string[]): Promise<void> {
  assert.ok(ids.length > 3, `${ids.length} requests to dead attempts`);
  const answers = (await readAllEvents(folder)).filter((event) => event.type === 'requestAnswered');
  assert.deepEqual(answers.map((event) => [event.requestId, event.answer]).sort(), ids.map((id) => [id, 'stale']).sort());
  assert.deepEqual(requestIds(folder), []);
}

/** Reads status, list and file all the while, as an editor does; ends with how often it did. */
function startReader(root: string, folder: string): { end(): Promise<void> } {
  const ended = new AbortController();
  let reads = 0;
  const reading = (async () => {
    while (!ended.signal.aborted) {
      assert.ok(await readStatus(folder), 'status.json is whole at every instant');
      assert.equal((await listJobs(root)).length, 1);
      assert.equal((await readJobFile(folder)).name, 'Counting');
      reads += 1;
      await nextTurn();
    }
  })();
  return {
    end: async () => {
      ended.abort();
      await reading;
      assert.ok(reads > 100, `${reads} reads`);
    },
  };
}
