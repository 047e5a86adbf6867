// Starts the process of a job: detached, its output in log.txt, so that it outlives whoever started it.
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, fstatSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { userError } from '../base/errors/problem';
import { nodeSourceVariable, tokenVariable } from './environment';
import { privateFileMode } from './files/atomic';
import { readJobFile } from './job-file';
import { handOver, keyChannel, keysFor, withoutSecrets } from './job-key';
import { jobPath, rootOfJob } from './layout';
import { deadAfterMs, heartbeatMs } from './liveness';
import { engineProgram } from './package-folder';
import { type JobReading, readJobState } from './state';
import { readStatus } from './status';
import { thisHost } from './this-host';


const pollMs = 25;

export interface LaunchOptions {
  /** Resolve when the process has taken the job over (default), or at once when false. */
  readonly wait?: boolean;
  /** Program that calls runJob; default the engine's own. */
  readonly program?: string;
  /** Flags of Node itself, such as a heap limit. */
  readonly nodeArguments?: readonly string[];
  /** Recorded as who chose this Node; default what this process was told, else PATH. */
  readonly nodeSource?: string;
  /** Added to this process's environment; a key in it reaches only a job that names its variable. */
  readonly environment?: Readonly<Record<string, string>>;
}

export interface LaunchedJob { readonly pid: number; readonly token: string }

/** Starts a job that is created, queued, paused, stopped, failed or lost. Throws a user error when it is alive or done, or does not start. */
export async function launchJob(folder: string, options: LaunchOptions = {}): Promise<LaunchedJob> {
  await refuseUnlessIdle(folder);
  const token = newToken();
  const start = await jobStart(folder, token, options);
  const log = openSync(jobPath(folder, 'log'), 'a', privateFileMode);
  const logStart = fstatSync(log).size;
  let child: ChildProcess;
  try {
    child = spawn(process.execPath, jobArguments(folder, options), {
      cwd: rootOfJob(folder),
      detached: true,
      stdio: ['ignore', log, log, ...start.stdio],
      windowsHide: true,
      env: start.environment,
    });
    start.handOver(child.stdio);
  } finally {
    closeSync(log);
  }
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => { resolve(error.message); });
    child.once('exit', (code, signal) => { resolve(`it ended with ${signal ?? `code ${code ?? 'unknown'}`}`); });
  });
  if (options.wait !== false) await waitUntilTaken(folder, token, ended, logStart);
  child.unref();
  return { pid: child.pid ?? 0, token };
}

export function newToken(): string {
  return randomBytes(16).toString('hex');
}

export function jobArguments(folder: string, options: LaunchOptions): string[] {
  return [...options.nodeArguments ?? [], options.program ?? engineProgram('job.mjs'), '--folder', folder];
}

export interface JobStart {
  readonly environment: NodeJS.ProcessEnv;
  /** Beyond standard input, output and error. */
  readonly stdio: readonly 'pipe'[];
  /** Gives the process its keys, when it needs any. */
  handOver(stdio: readonly unknown[]): void;
}

/** What a job's process is started with: this environment without secrets, and its keys through a pipe. */
export async function jobStart(folder: string, token: string, options: LaunchOptions): Promise<JobStart> {
  const file = await readJobFile(folder);
  const all = { ...process.env, ...options.environment };
  const keys = keysFor(file, all);
  const channel = keyChannel(keys);
  return {
    environment: { ...withoutSecrets(all, file), ...channel.environment, [tokenVariable]: token, [nodeSourceVariable]: options.nodeSource ?? process.env[nodeSourceVariable] ?? 'PATH' },
    stdio: channel.stdio,
    handOver: (stdio) => { handOver(stdio, keys); },
  };
}

/** A job that another host says it runs is watched until its heartbeat moves or has stood still long enough. */
export async function refuseUnlessIdle(folder: string): Promise<void> {
  let reading = await readJobState(folder);
  for (let waitedMs = 0; reading.liveness === 'unknown' && isElsewhere(reading) && waitedMs <= deadAfterMs + heartbeatMs; waitedMs += heartbeatMs) {
    await delay(heartbeatMs);
    reading = await readJobState(folder);
  }
  if (reading.alive) {
    throw userError({
      code: 'job-alive', file: folder, message: `this job is running (process ${reading.pid} on ${reading.host})`,
      next: 'Follow it, or stop it first: `preclinical runs follow ID`, `preclinical runs stop ID`.',
    });
  }
  if (reading.state === 'done') {
    throw userError({ code: 'job-done', file: folder, message: 'this job is done; there is nothing to go on with', next: 'Start a new one.' });
  }
}

function isElsewhere(reading: JobReading): boolean {
  return reading.host !== thisHost().host;
}

async function waitUntilTaken(folder: string, token: string, ended: Promise<string>, logStart: number): Promise<void> {
  let end: string | undefined;
  void ended.then((how) => { end = how; });
  for (;;) {
    const over = end;
    if ((await readStatus(folder))?.token === token) return;
    if (over !== undefined) {
      throw userError({
        code: 'job-not-started', file: jobPath(folder, 'log'), message: await lastWords(folder, logStart) ?? `the job's process did not begin: ${over}`,
        next: 'See log.txt of the job for more.',
      });
    }
    await delay(pollMs);
  }
}

/** The last line the process printed since `from`. */
async function lastWords(folder: string, from: number): Promise<string | undefined> {
  const text = (await readFile(jobPath(folder, 'log'))).toString('utf8', from);
  return text.trim().split('\n').at(-1) || undefined;
}
