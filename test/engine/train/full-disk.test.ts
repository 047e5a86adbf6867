// A disk that is full at any of the writes of a checkpoint: whatever was being written, the error names a file of it, the
// checkpoint before stands as it was, nothing half-written counts, and once there is room the same checkpoint is written.
// The file system's answer is put in place of each call in turn, since no limit of a process can choose a small file.
import assert from 'node:assert/strict';
import fs, { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runSchema } from '../../../src/documents/run/schema';
import { mediaPath } from '../../../src/engine/parts/assets';
import { openBackend } from '../../../src/engine/tensors';
import { newestCheckpoint, writeCheckpoint, type CheckpointContent } from '../../../src/engine/train';
import { diskFullError } from '../../../src/runs/files/disk-error';
import { disposeTraining, tinyTraining } from './tiny';

/** Counts calls that need room, and answers one of them as a full disk does. */
class FullDisk {
  calls = 0;
  /** Number of the call that fails, from 1; none while it is 0. */
  failsAt = 0;
  readonly #restore: (() => void)[] = [];

  async install(): Promise<void> {
    const handle = await fs.promises.open(mediaPath('sample', 'model', 'config.json'));
    const prototype = Object.getPrototypeOf(handle) as fs.promises.FileHandle;
    await handle.close();
    this.#replace(prototype, 'write');
    this.#replace(prototype, 'sync');
    for (const name of ['mkdir', 'copyFile', 'rename'] as const) this.#replace(fs.promises, name);
    this.#replace(fs, 'renameSync');
    syncBuiltinESMExports();
  }

  remove(): void {
    for (const restore of this.#restore) restore();
    syncBuiltinESMExports();
  }

  #replace<Owner extends object>(owner: Owner, name: keyof Owner & string): void {
    const original = owner[name] as (...args: unknown[]) => unknown;
    const take = (args: readonly unknown[]): void => {
      this.calls += 1;
      if (this.calls !== this.failsAt) return;
      // As Node has it: calls by name say the names, those on an open file do not.
      const [file, dest] = args.map((arg) => (typeof arg === 'string' ? arg : undefined));
      throw Object.assign(new Error(`ENOSPC: no space left on device, ${name}`), { code: 'ENOSPC', syscall: name, ...(file !== undefined && { path: file }), ...(dest !== undefined && { dest }) });
    };
    const replaced = name.endsWith('Sync')
      ? function (this: unknown, ...args: unknown[]): unknown { take(args); return original.apply(this, args); }
      : function (this: unknown, ...args: unknown[]): Promise<unknown> {
        return new Promise((resolve) => {
          take(args);
          resolve(original.apply(this, args));
        });
      };
    Object.assign(owner, { [name]: replaced });
    this.#restore.push(() => { Object.assign(owner, { [name]: original }); });
  }
}

describe('a disk that is full at one write of a checkpoint', () => {
  const disk = new FullDisk();
  let folder: string;
  before(async () => {
    await openBackend('wasm');
    folder = mkdtempSync(path.join(tmpdir(), 'full-disk-'));
    await disk.install();
  });
  after(() => {
    disk.remove();
    rmSync(folder, { recursive: true });
  });

  it('is an error that names a file of it, whichever write it is, and leaves the one before as it was', async () => {
    const settings = tinyTraining();
    const { model, optimiser, plan } = settings;
    const contentAt = (step: number): CheckpointContent => ({
      model, optimiser, tokenizerFolder: mediaPath('sample', 'model'), generationConfig: '{}\n',
      origin: { schema: 1, preclinical: '0.0.0', job: 'job', run: 'tiny', stage: 'pretrain', egress: 'never', phi: 'none', mix: { name: 'tiny', hash: '0123456789ab' }, tokenizerHash: 'ff' },
      state: {
        schema: 1, step, totalSteps: plan.totalSteps, tokens: 1, trainedTokens: 1, position: plan.position(step), randomStates: {}, backend: 'wasm', mixHash: 'hash', tokenizerHash: 'ff',
        run: runSchema.parse({ name: 'tiny', stage: 'pretrain', base: 'base', data: 'tiny.mix.yaml', batchSize: 3, optimiser: { learningRate: 0.01 } }),
      },
    });
    const checkpoints = path.join(folder, 'checkpoints');
    const earlier = contentsOf(await writeCheckpoint(checkpoints, contentAt(3)));
    const next = path.join(checkpoints, 'step-6');
    const named = new Set<string>();
    let failures = 0;
    for (let at = 1; ; at++) {
      Object.assign(disk, { calls: 0, failsAt: at });
      const error: unknown = await writeCheckpoint(checkpoints, contentAt(6)).then(() => undefined, (reason: unknown) => reason);
      disk.failsAt = 0;
      assert.deepEqual(contentsOf(path.join(checkpoints, 'step-3')), earlier);
      if (disk.calls < at) {
        assert.equal(error, undefined, 'there was room for all');
        break;
      }
      failures += 1;
      const problem = diskFullError(error)?.problems[0];
      assert.equal(problem?.code, 'disk-full', String(error));
      const file = problem.file ?? '';
      assert.ok(file === next || file.startsWith(`${next}${path.sep}`), `call ${at} names '${file}'`);
      named.add(path.basename(file));
      const { found } = await newestCheckpoint(checkpoints);
      // After the last rename the checkpoint has its name and every byte; only that the name is flushed is not certain.
      if (readdirSync(checkpoints).includes('step-6')) rmSync(next, { recursive: true });
      else assert.equal(found?.state.step, 3);
      assert.deepEqual(readdirSync(checkpoints), ['step-3'], 'nothing half-written stays');
    }
    assert.ok(failures > 30, `${failures} writes`);
    for (const name of ['model.safetensors', 'optimizer.safetensors', 'tokenizer.json', 'config.json', 'preclinical.json', 'trainer_state.json']) assert.ok(named.has(name), `${name} of ${[...named].join(', ')}`);
    assert.equal((await newestCheckpoint(checkpoints)).found?.state.step, 6);
    disposeTraining(settings);
  });
});

function contentsOf(folder: string): Map<string, Buffer> {
  return new Map(readdirSync(folder).map((name) => [name, readFileSync(path.join(folder, name))]));
}
