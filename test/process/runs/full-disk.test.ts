// A full disk, by a small file system where one can be mounted and by a limit on file sizes anywhere: the job fails with
// the reason, keeps what was finished, and goes on once there is room.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { latestCheckpoint } from '../../../src/runs/checkpoints';
import { readJobState } from '../../../src/runs/state';
import { checkDone, checkEvents } from './check-job';
import { createCounting, launchCounting, runCounting, waitFor, withRoot } from './counting-job';

const steps = 400;

describe('a full disk', () => {
  it('on a small file system loses nothing finished, and the reason is read', function () {
    return withRoot(async (outer) => {
      const root = path.join(outer, 'small');
      mkdirSync(root);
      if (process.platform !== 'linux' || spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1500k', 'tmpfs', root]).status !== 0) {
        console.log('      skipped: no small file system can be mounted here (needs Linux and root)');
        this.skip();
      }
      try {
        const folder = await createCounting(root, { steps, every: 20, paddingBytes: 20_000 });
        const filler = path.join(root, 'filler');
        writeFileSync(filler, Buffer.alloc(1_100_000));
        await launchCounting(folder);
        await waitFor('the disk is full', async () => !(await readJobState(folder)).alive);
        const reading = await readJobState(folder);
        assert.deepEqual([reading.state, reading.exitCode], ['failed', 2]);
        assert.match(reading.reason ?? '', /^The disk is full/);
        await checkEvents(folder);
        const finished = await latestCheckpoint(folder);
        assert.ok(finished !== undefined, 'some checkpoints were finished');
        rmSync(filler);
        await launchCounting(folder);
        await waitFor('the job is done', async () => !(await readJobState(folder)).alive);
        await checkDone(folder, steps);
        assert.ok(existsSync(finished));
      } finally {
        spawnSync('umount', ['--lazy', root]);
      }
    });
  });

  it('by a limit on the size of files loses nothing finished', function () {
    if (process.platform === 'win32') this.skip();
    return withRoot(async (root) => {
      const folder = await createCounting(root, { steps, every: 20 });
      // Units of 1024 bytes in bash; events of 400 steps need about three times as much.
      const { code, output } = await runCounting(folder, ['bash', '-c', 'ulimit -f 16; exec "$@"', 'job', process.execPath]);
      assert.equal(code, 2, output);
      const reading = await readJobState(folder);
      assert.match(reading.reason ?? '', /size limit/);
      await checkEvents(folder);
      assert.ok(await latestCheckpoint(folder) !== undefined);
      assert.equal((await runCounting(folder)).code, 0);
      await checkDone(folder, steps);
    });
  });
});
