// A root and a job in it for these tests; gone afterwards.
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { JobFile } from '../../../src/protocol/job-file';
import { createJob } from '../../../src/runs/create';

export const serveFile: JobFile = {
  schema: 1, kind: 'serve', name: 'Serve: "one" # two', of: '20260102-030405-x-abcd', overrides: {}, resolved: { checkpoint: 'a/b', host: '127.0.0.1', port: 0 },
};

export async function withRoot<T>(use: (root: string) => Promise<T>): Promise<T> {
  const root = await mkdtemp(path.join(os.tmpdir(), 'preclinical-unit-'));
  try {
    return await use(root);
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

export function withJob<T>(use: (folder: string, root: string) => Promise<T>): Promise<T> {
  return withRoot(async (root) => use((await createJob(root, serveFile)).folder, root));
}
