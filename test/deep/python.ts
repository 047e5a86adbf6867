// Python as the reference scripts need it: the environment of test/reference/requirements.lock, or of datatrove.lock beside it.
// PRECLINICAL_REFERENCE_PYTHON names an interpreter that has the packages of the first already.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { packageRoot } from '../../src/engine/parts/assets';
import { pythonEnvironment, pythonVariables } from '../rig/python-environment.mjs';
import { installReference } from '../rig/reference.mjs';

const scripts = path.join(packageRoot, 'test', 'reference');

/** The interpreter of the environment, which is made when there is none yet: some minutes and gigabytes. */
export function referencePython(): string {
  return installReference(packageRoot);
}

/** The environment of datatrove.lock, which npm run bench:data uses too. */
export function datatrovePython(): string {
  return pythonEnvironment({ lock: path.join(scripts, 'datatrove.lock'), name: 'datatrove', imports: ['datatrove', 'spacy', 'tokenizers'] });
}

/** What a script of test/reference prints; an exit code other than 0 is an error with its output. Nothing of it stays in the user's caches. */
export function runScript(name: string, ...args: readonly string[]): string {
  return runScriptWith(referencePython(), name, ...args);
}

export function runScriptWith(python: string, name: string, ...args: readonly string[]): string {
  const [file, home] = [path.join(scripts, name), mkdtempSync(path.join(tmpdir(), 'huggingface-'))];
  try {
    const env = pythonVariables({ HF_HUB_OFFLINE: '1', HF_HOME: home, TQDM_DISABLE: '1' });
    const { status, stdout, stderr, error } = spawnSync(python, [file, ...args], { encoding: 'utf8', env, maxBuffer: 1 << 26 });
    if (status !== 0) throw new Error(`${file} ${args.join(' ')} ended with ${status ?? error?.message}:\n${stdout}\n${stderr}`);
    return stdout;
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}
