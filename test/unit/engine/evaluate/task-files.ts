// Task files for tests: the shipped ones pointed at other questions, in a folder that goes away.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseDocument } from 'yaml';
import { mediaPath, packageRoot } from '../../../../src/engine/parts/assets';

export const fixtures = path.join(packageRoot, 'test/fixtures/evaluate');

export function temporaryFolder(): { folder: string; remove: () => void } {
  const folder = mkdtempSync(path.join(tmpdir(), 'preclinical-evaluate-'));
  return { folder, remove: () => { rmSync(folder, { recursive: true, force: true }); } };
}

/** Writes a shipped task with other values and question files; returns its path. */
export function shippedTask(folder: string, name: string, files: Readonly<Record<string, string | readonly string[]>>, overrides: Readonly<Record<string, unknown>> = {}): string {
  const document = parseDocument(readFileSync(mediaPath('tasks', `${name}.yaml`), 'utf8'));
  for (const [key, value] of Object.entries(overrides)) {
    if (value === null) document.delete(key);
    else document.set(key, document.createNode(value));
  }
  document.setIn(['dataset_kwargs', 'data_files'], document.createNode(files));
  const file = path.join(folder, `${name}.yaml`);
  writeFileSync(file, document.toString());
  return file;
}

export function write(folder: string, name: string, text: string): string {
  const file = path.join(folder, name);
  writeFileSync(file, text);
  return file;
}
