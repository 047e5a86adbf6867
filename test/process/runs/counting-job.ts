// The counting job of these tests: the file that describes it, and how the test starts its program. It counts steps,
// chains a hash over them so that a lost or repeated step shows, and writes checkpoints as a training job does.
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { JobFile } from '../../../src/protocol/job-file';
import { createJob } from '../../../src/runs/create';
import { listJobs } from '../../../src/runs/list';
import { launchJob, type LaunchedJob, type LaunchOptions } from '../../../src/runs/launch';

export interface CountingSettings {
  readonly steps: number;
  /** Steps between checkpoints. */
  readonly every: number;
  /** Waits at this step, looking for requests, until the file `gate` is in the job folder. */
  readonly gateStep?: number;
  /** Size of a file in each checkpoint. */
  readonly paddingBytes?: number;
  /**
   * `count` counts, looks for requests and lets the event loop turn. `blocked` counts in one synchronous loop.
   * `stubborn` sees requests and goes on. `deaf` blocks and never looks. The rest fail in the way they are called.
   */
  readonly mode?: 'count' | 'blocked' | 'stubborn' | 'deaf' | 'bug' | 'user-error' | 'timer-bug';
}

export const childProgram = path.resolve(process.env['PRECLINICAL_ROOT'] ?? process.cwd(), 'dist/test/process/runs/counting-job.child.mjs');

export function countingFile(settings: CountingSettings): JobFile {
  return { schema: 1, kind: 'train', name: 'Counting', overrides: {}, resolved: settings } as unknown as JobFile;
}

/** A root of its own, gone afterwards with the processes of its jobs, so that a failed test leaves nothing running. */
export async function withRoot<T>(use: (root: string) => Promise<T>): Promise<T> {
  const root = await mkdtemp(path.join(os.tmpdir(), 'preclinical-runs-'));
  try {
    return await use(root);
  } finally {
    for (const job of await listJobs(root)) {
      if (job.alive && processExists(job.pid)) process.kill(job.pid, 'SIGKILL');
    }
    await rm(root, { recursive: true, force: true, maxRetries: 5 });
  }
}

export async function createCounting(root: string, settings: CountingSettings): Promise<string> {
  return (await createJob(root, countingFile(settings))).folder;
}

export function launchCounting(folder: string, options: Omit<LaunchOptions, 'program'> = {}): Promise<LaunchedJob> {
  return launchJob(folder, { program: childProgram, ...options });
}

/** Runs the program attached and gives its exit code and what it printed. */
export function runCounting(folder: string, before: readonly string[] = [process.execPath]): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    const [program, ...flags] = before;
    const child = spawn(program!, [...flags, childProgram, '--folder', folder], { stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => { output += chunk.toString(); });
    child.once('error', reject);
    child.once('close', (code) => { resolve({ code, output }); });
  });
}

/** Looks until `condition` holds; fails with `what` after `limitMs`. */
export async function waitFor(what: string, condition: () => boolean | Promise<boolean>, limitMs = 30_000): Promise<void> {
  const deadline = performance.now() + limitMs;
  while (!await condition()) {
    if (performance.now() > deadline) throw new Error(`Waited ${limitMs} ms in vain: ${what}`);
    await delay(5);
  }
}

export function processExists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
