// A path of a mix file to the files it means: one file, every file under a folder, or what a glob matches.
// `*` and `?` stay within a name, `**` crosses folders. Names that begin with a dot are left alone.
import { readdir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import type { InputFile } from '../read/document';

/** Sorted by name, so that the order does not depend on the file system. Empty when nothing is there. */
export async function expandPath(base: string, pattern: string): Promise<InputFile[]> {
  const isGlob = /[*?]/.test(pattern);
  const start = isGlob ? globRoot(pattern) : pattern;
  const absolute = path.resolve(base, start);
  const found = await stat(absolute).catch(() => undefined);
  if (!found) return [];
  const files = found.isDirectory() ? await walk(absolute, new Set()) : [absolute];
  const named = files.map((file) => ({ path: file, name: storedName(base, file) }));
  const matches = isGlob ? globExpression(path.posix.normalize(pattern.replaceAll('\\', '/'))) : undefined;
  return named
    .filter(({ name, path: file }) => !matches || matches.test(path.isAbsolute(pattern) ? file.split(path.sep).join('/') : name))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The folders of a glob before its first wildcard. */
function globRoot(pattern: string): string {
  const parts = pattern.split(/[\\/]/);
  return parts.slice(0, parts.findIndex((part) => /[*?]/.test(part))).join('/') || (pattern.startsWith('/') ? '/' : '.');
}

function globExpression(pattern: string): RegExp {
  const source = pattern.replace(/\*\*\/|\*\*|[*?]|[^*?]+/g, (part) => {
    if (part === '**/') return '(?:.*/)?';
    if (part === '**') return '.*';
    return part === '*' ? '[^/]*' : part === '?' ? '[^/]' : part.replace(/[\\^$.|+()[\]{}]/g, '\\$&');
  });
  return new RegExp(`^${source}$`, 'u');
}

/** Links to folders are followed, each folder once, whatever the number of ways to it. */
async function walk(folder: string, visited: Set<string>): Promise<string[]> {
  const real = await realpath(folder).catch(() => undefined);
  if (real === undefined || visited.has(real)) return [];
  visited.add(real);
  const files: string[] = [];
  // One at a time and by name: which of several ways to a folder is taken must not depend on the disk.
  for (const name of (await readdir(folder).catch(() => [])).sort()) {
    if (name.startsWith('.')) continue;
    const full = path.join(folder, name);
    const found = await stat(full).catch(() => undefined);
    if (found?.isDirectory()) files.push(...await walk(full, visited));
    else if (found?.isFile()) files.push(full);
  }
  return files;
}

/** Relative to the mix file's folder with `/`. */
export function storedName(base: string, file: string): string {
  return path.relative(base, file).split(path.sep).join('/');
}
