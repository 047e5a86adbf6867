// Which folder a command works in when --root does not say.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { preclinicalName } from './layout';

/** Nearest folder at or above `cwd` with `.preclinical`, else with `.git`, else `cwd` itself. */
export function findRoot(cwd: string): string {
  const start = path.resolve(cwd);
  return nearestWith(start, preclinicalName) ?? nearestWith(start, '.git') ?? start;
}

function nearestWith(start: string, name: string): string | undefined {
  for (let folder = start; ; folder = path.dirname(folder)) {
    if (existsSync(path.join(folder, name))) return folder;
    if (folder === path.dirname(folder)) return undefined;
  }
}
