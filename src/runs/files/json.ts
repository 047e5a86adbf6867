// Reading small JSON files that another process may replace at any instant.
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { errorCode, retryWhileBusy } from './retry';

/** Undefined when the file is missing or holds no JSON. */
export async function readJson(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as unknown;
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

/** As readJson. */
export function readJsonSync(file: string): unknown {
  try {
    return JSON.parse(retryWhileBusy(() => readFileSync(file, 'utf8'))) as unknown;
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

function isAbsent(error: unknown): boolean {
  const code = errorCode(error);
  return error instanceof SyntaxError || code === 'ENOENT' || code === 'ENOTDIR';
}

export function toJson(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
