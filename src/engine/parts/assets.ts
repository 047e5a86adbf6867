// Where the engine's own files are: wasm modules, worker programs, the report's page, the sample. They lie beside
// the bundle in an installed extension, in a clone and under tests, so they are found from the package's folder.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

function findPackageRoot(): string {
  let folder = path.dirname(fileURLToPath(import.meta.url));
  for (;;) {
    const manifest = path.join(folder, 'package.json');
    if (existsSync(manifest) && (JSON.parse(readFileSync(manifest, 'utf8')) as { name?: string }).name === 'preclinical') {
      return folder;
    }
    const parent = path.dirname(folder);
    if (parent === folder) throw new Error('The package folder of preclinical was not found above its own code.');
    folder = parent;
  }
}

export const packageRoot = findPackageRoot();

/** A file of dist/engine, such as `kernels.wasm` or `job.mjs`. */
export function engineAsset(name: string): string {
  return path.join(packageRoot, 'dist', 'engine', name);
}

/** A file or folder of media, such as `sample`. */
export function mediaPath(...parts: string[]): string {
  return path.join(packageRoot, 'media', ...parts);
}

/** A built page of webview, such as `report.js`. */
export function webviewAsset(name: string): string {
  return path.join(packageRoot, 'dist', 'webview', name);
}

export const packageVersion = (JSON.parse(readFileSync(path.join(packageRoot, 'package.json'), 'utf8')) as { version: string }).version;
