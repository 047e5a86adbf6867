// The engine's own files beside its programs: wasm modules, the report's page, the sample.
import path from 'node:path';
import { packageFolder, programVersion } from '../../runs/package-folder';

export const packageRoot = packageFolder();
export const packageVersion = programVersion();

/** A file of dist/engine, such as `kernels.wasm` or `job.mjs`. */
export function engineAsset(name: string): string {
  return path.join(packageFolder(), 'dist', 'engine', name);
}

/** A file or folder of media, such as `sample`. */
export function mediaPath(...parts: string[]): string {
  return path.join(packageFolder(), 'media', ...parts);
}

/** A built page of webview, such as `report.js`. */
export function webviewAsset(name: string): string {
  return path.join(packageFolder(), 'dist', 'webview', name);
}
