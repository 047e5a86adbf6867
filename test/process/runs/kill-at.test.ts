// kill -9 right before each change a job makes to the file system, and in the middle of each write of its own: first
// in a fresh attempt, then in one that takes over from the dead. Whatever the instant, the third attempt ends the job.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { RandomStream } from '../../../src/base/math/random';
import { readJobState } from '../../../src/runs/state';
import { checkDone, checkEvents } from './check-job';
import { childProgram, createCounting, launchCounting, processExists, waitFor, withRoot } from './counting-job';

const settings = { steps: 6, every: 2 };
/** How many instants one run of this test tries, spread over all of them. */
const tried = 16;
const preload = pathToFileURL(path.join(path.dirname(childProgram), 'kill-at.child.mjs')).href;

describe('a job killed at a given change', () => {
  it('loses nothing finished at any of them', () => withRoot(async (root) => {
    const changes = await countChanges(root);
    assert.ok(changes > tried, `${changes} changes in one job`);
    const random = RandomStream.of(3, 'changes');
    for (let index = 0; index < tried; index++) {
      const killAt = 1 + Math.floor(((index + random.uniform()) * changes) / tried);
      await tryOne(root, killAt);
    }
  }));
});

async function tryOne(root: string, killAt: number): Promise<void> {
  const folder = await createCounting(root, settings);
  for (const attempt of [1, 2]) {
    const { pid } = await launch(folder, { KILL_AT: String(killAt) });
    await waitFor(`killed at change ${killAt} of attempt ${attempt}`, () => !processExists(pid));
    await checkEvents(folder);
    if ((await readJobState(folder)).state === 'done') break;
  }
  if ((await readJobState(folder)).state !== 'done') await launchCounting(folder);
  await waitFor(`done after a kill at change ${killAt}`, async () => (await readJobState(folder)).state === 'done');
  await waitFor('its process ended', async () => !processExists((await readJobState(folder)).pid));
  await checkDone(folder, settings.steps);
}

async function countChanges(root: string): Promise<number> {
  const folder = await createCounting(root, settings);
  const file = path.join(root, 'changes.txt');
  const { pid } = await launch(folder, { KILL_COUNT_FILE: file });
  await waitFor('the job is done', () => !processExists(pid));
  assert.equal((await readJobState(folder)).state, 'done');
  return Number(readFileSync(file, 'utf8'));
}

function launch(folder: string, environment: Record<string, string>): Promise<{ pid: number }> {
  return launchCounting(folder, { wait: false, nodeArguments: ['--import', preload], environment });
}
