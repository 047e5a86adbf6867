// A script of this folder in the environment of test/reference/requirements.lock; it prints one JSON value.
import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { packageRoot } from '../../src/engine/parts/assets';
import { referencePython } from './train/run-job';

export async function runPeer(script: string, ...args: readonly string[]): Promise<unknown> {
  // Packages of a shell's PYTHONPATH would take the place of the lock's.
  const env = { ...process.env, PYTHONPATH: '', PYTHONNOUSERSITE: '1', HF_HUB_OFFLINE: '1', TQDM_DISABLE: '1', TOKENIZERS_PARALLELISM: 'false' };
  const { stdout } = await promisify(execFile)(referencePython(), [path.join(packageRoot, 'test', 'bench', script), ...args], { env, maxBuffer: 1 << 28 });
  return JSON.parse(stdout) as unknown;
}
