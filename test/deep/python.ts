// The one place that makes the Python environment of the reference scripts: from the lock file, once, kept in the user's
// cache under the lock's hash. PRECLINICAL_REFERENCE_PYTHON names an interpreter that has the packages already.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { packageRoot } from '../../src/engine/parts/assets';

const scripts = path.join(packageRoot, 'test', 'reference');

function run(program: string, args: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync(program, args, { encoding: 'utf8', env: { ...process.env, HF_HUB_OFFLINE: '1' }, maxBuffer: 1 << 26 });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${status ?? error?.message}:\n${stdout}\n${stderr}`);
  return stdout;
}

/** The interpreter of the environment, which is made when there is none yet: some minutes and gigabytes. */
export function referencePython(): string {
  const given = process.env['PRECLINICAL_REFERENCE_PYTHON'];
  if (given !== undefined) return given;
  const lock = path.join(scripts, 'requirements.lock');
  const hash = createHash('sha256').update(readFileSync(lock)).digest('hex').slice(0, 12);
  const folder = path.join(process.env['XDG_CACHE_HOME'] ?? path.join(homedir(), '.cache'), 'preclinical', `reference-${hash}`);
  const python = path.join(folder, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');
  const complete = path.join(folder, 'complete');
  if (existsSync(complete)) return python;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(path.dirname(folder), { recursive: true });
  run('python3', ['-m', 'venv', folder]);
  run(python, ['-m', 'pip', 'install', '--quiet', '--requirement', lock]);
  writeFileSync(complete, '');
  return python;
}

/** What a script of test/reference prints; an exit code other than 0 is an error with its output. */
export function runScript(name: string, ...args: readonly string[]): string {
  return run(referencePython(), [path.join(scripts, name), ...args]);
}
