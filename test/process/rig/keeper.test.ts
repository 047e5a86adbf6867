// What tests leave behind when they are killed is ended: also what is detached, and what that has started.
import assert from 'node:assert/strict';
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import path from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { packageRoot } from '../../../src/engine/parts/assets';
import { processesWith } from '../../rig/keeper.mjs';

/** Keeps a shell that is detached and has a child of its own, then says who they are. */
const lane = `
  import { spawn } from 'node:child_process';
  import { keep } from ${JSON.stringify(pathToFileURL(path.join(packageRoot, 'test/rig/keeper.mjs')).href)};
  const kept = keep();
  const shell = spawn('bash', ['-c', 'sleep 600 & echo $!; wait'], { detached: true, stdio: ['ignore', 'pipe', 'ignore'], env: { ...process.env, ...kept.environment } });
  shell.stdout.once('data', (bytes) => { console.log(kept.environment.PRECLINICAL_TEST_LANE, kept.environment.TMPDIR); });
  process.stdin.once('data', async () => { console.log(String(await kept.end())); process.exit(); });
  setInterval(() => {}, 1000);
`;

let child: ChildProcessByStdio<Writable, Readable, null> | undefined;

async function startLane(): Promise<{ child: ChildProcessByStdio<Writable, Readable, null>; said: AsyncIterator<string>; mark: string; folder: string }> {
  child = spawn(process.execPath, ['--input-type=module', '--eval', lane], { stdio: ['pipe', 'pipe', 'inherit'] });
  const said = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const [mark = '', folder = ''] = String((await said.next()).value).split(' ');
  // The shell and its child, which has no environment to be found by in the moment it becomes another program.
  while (processesWith(mark).length < 2) await delay(20);
  assert.ok(existsSync(folder));
  return { child, said, mark, folder };
}

const isGone = (mark: string, folder: string): boolean => processesWith(mark).length === 0 && !existsSync(folder);

describe('the keeper of a test lane', () => {
  before(function () {
    if (!existsSync('/proc/self/environ')) this.skip();
  });
  afterEach(() => { child?.kill('SIGKILL'); });

  it('ends everything when the lane is killed, and removes its folder', async () => {
    const { child, mark, folder } = await startLane();
    child.kill('SIGKILL');
    while (!isGone(mark, folder)) await delay(20);
  });

  it('ends what is left when the lane is done, and says how much that was', async () => {
    const { child, said, mark, folder } = await startLane();
    const exit = once(child, 'exit');
    child.stdin.write('end\n');
    assert.equal((await said.next()).value, '2');
    await exit;
    assert.ok(isGone(mark, folder));
  });
});
