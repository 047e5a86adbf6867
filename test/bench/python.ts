// A script of this folder in the environment of test/reference/requirements.lock; it prints one JSON value.
import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { packageRoot } from '../../src/engine/parts/assets';
import { referencePython } from '../deep/python';
import { pythonVariables } from '../rig/python-environment.mjs';

export async function runPeer(script: string, ...args: readonly string[]): Promise<unknown> {
  const env = pythonVariables({ HF_HUB_OFFLINE: '1', TQDM_DISABLE: '1', TOKENIZERS_PARALLELISM: 'false' });
  const { stdout } = await promisify(execFile)(referencePython(), [path.join(packageRoot, 'test', 'bench', script), ...args], { env, maxBuffer: 1 << 28 });
  return JSON.parse(stdout) as unknown;
}
