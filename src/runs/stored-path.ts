// Paths as job files and kept answers have them: relative to the workspace root with `/`, or absolute when outside it.
import path from 'node:path';

export function toStoredPath(root: string, absolute: string): string {
  const relative = path.relative(root, absolute);
  const outside = relative.startsWith('..') || path.isAbsolute(relative);
  return (outside ? absolute : relative === '' ? '.' : relative).split(path.sep).join('/');
}

export function fromStoredPath(root: string, stored: string): string {
  return path.resolve(root, stored);
}
