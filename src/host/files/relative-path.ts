// The path by which one file names another: relative to the folder of the first, with `/` on every system.
import path from 'node:path';

export function relativePath(fromFile: string, toFile: string): string {
  return path.relative(path.dirname(fromFile), toFile).split(path.sep).join('/');
}
