// Starts the child process that tries a part or a backend, and reads what it found.
import { execFile } from 'node:child_process';
import { userError } from '../../../base/errors/problem';
import { engineProgram } from '../../../runs/package-folder';
import type { VerifyPart } from '../../parts/install';
import { tail } from '../../parts/npm';

/** The value the child printed, or why there is none: its error, the signal that ended it, or its last lines. */
export type Probed<T> = { readonly found: T } | { readonly failed: string };

const longestMs = 120_000;

export function probe<T>(...args: readonly string[]): Promise<Probed<T>> {
  return new Promise((resolve) => {
    execFile(process.execPath, [engineProgram('probe.mjs'), ...args], { timeout: longestMs, maxBuffer: 1 << 24 }, (error, stdout, stderr) => {
      const value = lastLine(stdout);
      if (error === null && value !== undefined) resolve({ found: value as T });
      else if (isFailure(value)) resolve({ failed: value.failed });
      else resolve({ failed: error?.signal ? `it ended by ${error.signal}` : tail(stderr, 3) });
    });
  });
}

/** Loads the part in a child process, as installs do before a part gets its place. */
export const verifyPart: VerifyPart = async (part, folder) => {
  const result = await probe<{ said: string }>('part', part.name, folder);
  if ('found' in result) return result.found.said;
  throw userError({
    code: 'part-does-not-load', key: part.name, message: `${part.packageName} ${part.version} is there but does not load with Node ${process.version}: ${result.failed}`,
    next: 'The part is not installed; what needs it goes on without.',
  });
};

function lastLine(output: string): unknown {
  try {
    return JSON.parse(output.trim().split('\n').at(-1) ?? '') as unknown;
  } catch {
    return undefined;
  }
}

function isFailure(value: unknown): value is { failed: string } {
  return typeof value === 'object' && value !== null && 'failed' in value && typeof value.failed === 'string';
}
