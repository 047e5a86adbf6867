// Where this program's own files are, in an installed extension, in a clone and under tests, and which version it is.
// Found on first use, since a bundle that never launches anything need not know.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

interface Manifest { readonly name?: string; readonly version?: string; readonly dependencies?: Readonly<Record<string, string>> }
interface FoundPackage { readonly folder: string; readonly version: string; readonly dependencies: Readonly<Record<string, string>> }

let found: FoundPackage | undefined;

function findPackage(): FoundPackage {
  for (let folder = path.dirname(fileURLToPath(import.meta.url)); ; folder = path.dirname(folder)) {
    const file = path.join(folder, 'package.json');
    const manifest = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) as Manifest : undefined;
    if (manifest?.name === 'preclinical' && manifest.version !== undefined) return { folder, version: manifest.version, dependencies: manifest.dependencies ?? {} };
    if (folder === path.dirname(folder)) throw new Error('The package folder of preclinical was not found above its own code.');
  }
}

export function packageFolder(): string {
  found ??= findPackage();
  return found.folder;
}

/** A program of dist/engine, such as `job.mjs`. */
export function engineProgram(name: string): string {
  found ??= findPackage();
  return path.join(found.folder, 'dist', 'engine', name);
}

export function programVersion(): string {
  found ??= findPackage();
  return found.version;
}

/** Of the libraries built into its programs, by name: versions are pinned. */
export function dependencyVersions(): Readonly<Record<string, string>> {
  found ??= findPackage();
  return found.dependencies;
}
