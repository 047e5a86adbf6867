// The .vsix as it is made for users: packaged from a copy of the sources, so that what a test builds is what is shipped.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { packageRoot } from '../src/engine/parts/assets';

const sources = ['.vscodeignore', 'CHANGELOG.md', 'LICENSE', 'README.md', 'esbuild.js', 'l10n', 'media', 'package.json', 'package.nls.json', 'src', 'syntaxes', 'tsconfig.json', 'webview'];

export interface PackagedExtension {
  readonly vsix: string;
  /** Paths inside the .vsix, relative to the extension. */
  readonly files: readonly string[];
}

/** Builds for production in `folder`, which then also holds the built programs themselves. */
export function packageExtension(folder: string): PackagedExtension {
  mkdirSync(folder, { recursive: true });
  for (const name of sources) cpSync(path.join(packageRoot, name), path.join(folder, name), { recursive: true });
  symlinkSync(path.join(packageRoot, 'node_modules'), path.join(folder, 'node_modules'));
  const vsce = (...args: string[]): string => execFileSync(path.join(packageRoot, 'node_modules', '.bin', 'vsce'), [...args, '--no-dependencies'], { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  vsce('package', '--out', 'preclinical.vsix');
  return { vsix: path.join(folder, 'preclinical.vsix'), files: vsce('ls').trim().split('\n') };
}
