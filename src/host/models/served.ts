// Jobs by which another program than the engine serves a checkpoint on this machine, as models that can be asked. No vscode.
import path from 'node:path';
import { readJsonSync } from '../../runs/files/json';
import type { RunEntry } from '../runs/entry';

/** Those that run and say where they are; the engine's own servers stand behind their checkpoints already. */
export function servedRuns(runs: readonly RunEntry[]): RunEntry[] {
  return runs.filter(({ kind, reading, folder }) => kind === 'serve' && reading.alive && isServedElsewhere(folder));
}

function isServedElsewhere(folder: string): boolean {
  const endpoint = readJsonSync(path.join(folder, 'endpoint.json')) as { readonly engine?: unknown } | undefined;
  return endpoint?.engine === 'vllm';
}
