// Sample workspaces of the smallest scale for specs: written by the engine, as the command in the palette writes them.
import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { packageRoot } from '../../../src/engine/parts/assets';
import { session } from './session';

const run = promisify(execFile);

function engine(...args: string[]): Promise<unknown> {
  return run(process.execPath, [path.join(packageRoot, 'dist', 'engine', 'cli.mjs'), ...args]);
}

/** A workspace of its own for a spec, in which nothing has run. */
export async function sampleWorkspace(): Promise<string> {
  const folder = mkdtempSync(path.join(session().folder, 'workspace-'));
  await engine('sample', folder, '--scale', 'tiny');
  return folder;
}

let finished: Promise<string> | undefined;

/** A copy of a workspace whose sample study has run to its end. The first call takes half a minute. */
export async function finishedWorkspace(): Promise<string> {
  finished ??= (async () => {
    const folder = path.join(session().folder, 'finished');
    await engine('quickstart', '--scale', 'tiny', '--root', folder);
    return folder;
  })();
  const folder = mkdtempSync(path.join(session().folder, 'workspace-'));
  cpSync(await finished, folder, { recursive: true });
  return folder;
}

/** Process id of the newest attempt of the workspace's only job whose id ends in `name`. */
export function pidOf(workspace: string, name: string): number {
  const runs = path.join(workspace, '.preclinical', 'runs');
  const ids = readdirSync(runs).filter((id) => id.includes(name));
  if (ids.length !== 1) throw new Error(`${ids.length} jobs of ${workspace} are named ${name}.`);
  return (JSON.parse(readFileSync(path.join(runs, ids[0]!, 'status.json'), 'utf8')) as { pid: number }).pid;
}

const pollMs = 50;

/** Looks at a file until its text matches, or is the one given; the test's own time limit bounds it. */
export async function fileWhere(file: string, text: RegExp | string): Promise<void> {
  const isSo = (found: string): boolean => (typeof text === 'string' ? found === text : text.test(found));
  while (!isSo(readFileSync(file, 'utf8'))) await delay(pollMs);
}
