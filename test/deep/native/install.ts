// Optional parts for the lane, installed by the program itself into the user's cache, once.
import { spawnSync } from 'node:child_process';
import { homedir } from 'node:os';
import path from 'node:path';
import { packageRoot } from '../../../src/engine/parts/assets';
import type { PartName } from '../../../src/engine/parts/catalog';
import { findPart } from '../../../src/engine/parts/installed';

/** From here on parts are looked for in the cache, here and in child processes. */
export function installPart(name: PartName): void {
  process.env['PRECLINICAL_PARTS'] ??= path.join(process.env['XDG_CACHE_HOME'] ?? path.join(homedir(), '.cache'), 'preclinical', 'parts');
  if (findPart(name) !== undefined) return;
  const { status, stdout, stderr } = spawnSync(process.execPath, [path.join(packageRoot, 'dist/engine/cli.mjs'), 'doctor', '--install', name], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`doctor --install ${name} ended with ${status}:\n${stdout}\n${stderr}`);
}
