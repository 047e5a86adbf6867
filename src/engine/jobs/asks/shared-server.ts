// The server of a checkpoint that every window and terminal of this host shares: a serve job that the first of them
// starts and that ends when nobody asks. Found again through .preclinical/asks/servers/KEY/job.json.
import { createHash, randomBytes } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { mkdir, readdir } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Stopped, UserError, userError } from '../../../base/errors/problem';
import type { ServeJobFile } from '../../../protocol/job-file';
import { asksFolder, makeAsksFolder } from '../../../runs/asks';
import { createJob } from '../../../runs/create';
import { privateFolderMode, writeFileAtomic } from '../../../runs/files/atomic';
import { readJson, readJsonSync, toJson } from '../../../runs/files/json';
import { readJobFile } from '../../../runs/job-file';
import { launchJob } from '../../../runs/launch';
import { jobFolder } from '../../../runs/layout';
import { acquireLock, type Lock } from '../../../runs/lock/acquire';
import { isHolderDead } from '../../../runs/lock/holder';
import { readJobState } from '../../../runs/state';
import { readStatus } from '../../../runs/status';
import { findProcess, thisHost } from '../../../runs/this-host';
import { isGguf, modelName, type FoundCheckpoint } from '../prepare/checkpoint';
import { fromStoredPath } from '../prepare/paths';
import { endpointFileName, type EndpointFile } from '../endpoint-file';

/** How long a shared model stays in memory without a request. */
export const defaultIdleMs = 10 * 60_000;

const pollMs = 25;

export interface SharedServer {
  /** Of its job. */
  readonly folder: string;
  readonly endpoint: EndpointFile;
  readonly token: string;
}

export interface SharedServerOptions {
  readonly idleMs?: number;
  /** Called once when the model is not there yet. */
  readonly onStarting?: () => void;
  /** Ends the waiting with Stopped; a server that is being started goes on starting. */
  readonly signal?: AbortSignal;
}

/** The server of this checkpoint, started when there is none. However many ask at once, one is started. */
export async function openSharedServer(root: string, found: FoundCheckpoint, options: SharedServerOptions = {}): Promise<SharedServer> {
  const folder = await serverFolder(root, found.checkpoint);
  let told = false;
  for (;;) {
    if (options.signal?.aborted) throw new Stopped();
    const ready = await findServer(root, folder);
    if (ready) return ready;
    if (!told) options.onStarting?.();
    told = true;
    const lock = await tryLock(folder);
    if (!lock) {
      await delay(pollMs);
      continue;
    }
    try {
      const meanwhile = await findServer(root, folder);
      if (meanwhile) return meanwhile;
      return await start(root, folder, found, options);
    } finally {
      lock.release();
    }
  }
}

/** Whether it lives and still says where it is; it takes that back before it ends. */
export async function isOffered(server: SharedServer): Promise<boolean> {
  return (await readServer(server.folder))?.endpoint.baseUrl === server.endpoint.baseUrl;
}

/** Those of this workspace that run and say where they are. */
export async function offeredServers(root: string): Promise<SharedServer[]> {
  const servers = path.join(asksFolder(root), 'servers');
  const names = await readdir(servers).catch(() => []);
  return (await Promise.all(names.map((name) => findServer(root, path.join(servers, name))))).filter((one) => one !== undefined);
}

/** One for each host, checkpoint and content of it: pids and loopback mean nothing elsewhere, and weights may be replaced. */
async function serverFolder(root: string, checkpoint: string): Promise<string> {
  const from = fromStoredPath(root, checkpoint);
  const files = isGguf(from) ? [''] : (await readdir(from)).sort();
  const stamps = files.map((name) => {
    const { size, mtimeMs } = statSync(path.join(from, name));
    return [name, size, mtimeMs];
  });
  const key = createHash('sha256').update(JSON.stringify([thisHost().host, from, stamps])).digest('hex').slice(0, 16);
  const folder = path.join(await makeAsksFolder(root), 'servers', key);
  await mkdir(folder, { recursive: true, mode: privateFolderMode });
  return folder;
}

async function findServer(root: string, folder: string): Promise<SharedServer | undefined> {
  const job = await knownJob(root, folder);
  return job === undefined ? undefined : readServer(job);
}

async function knownJob(root: string, folder: string): Promise<string | undefined> {
  const known = await readJson(path.join(folder, 'job.json')) as { readonly id?: unknown } | undefined;
  if (typeof known?.id !== 'string') return undefined;
  const job = jobFolder(root, known.id);
  return await readStatus(job) ? job : undefined;
}

/** The job of this id, when it is one that another program serves by; it is started by hand, never by a question. */
export async function servedElsewhere(root: string, id: string): Promise<SharedServer | 'gone' | undefined> {
  const folder = jobFolder(root, id);
  const file = await readJobFile(folder).catch(() => undefined);
  if (file?.kind !== 'serve' || file.resolved.elsewhere === undefined) return undefined;
  return await readServer(folder) ?? 'gone';
}

/** Undefined when the job does not run, and as long as, or as soon as, it does not say where it is. */
async function readServer(folder: string): Promise<SharedServer | undefined> {
  const { alive, pid } = await readJobState(folder);
  const endpoint = readJsonSync(path.join(folder, endpointFileName)) as EndpointFile | undefined;
  if (!alive || endpoint?.pid !== pid) return undefined;
  try {
    return { folder, endpoint, token: readFileSync(path.join(folder, endpoint.tokenFile), 'utf8').trim() };
  } catch {
    return undefined;
  }
}

/** Undefined when another process is about to start it. */
async function tryLock(folder: string): Promise<Lock | undefined> {
  const processStart = findProcess(process.pid)?.start;
  const self = { ...thisHost(), pid: process.pid, ...(processStart === undefined ? {} : { processStart }), token: randomBytes(8).toString('hex'), at: new Date().toISOString() };
  try {
    return await acquireLock(folder, self, (holder) => isHolderDead(folder, holder));
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

async function start(root: string, folder: string, found: FoundCheckpoint, options: SharedServerOptions): Promise<SharedServer> {
  let job = await knownJob(root, folder);
  if (job === undefined || (await readJobState(job)).state === 'done') {
    const created = await createJob(root, serveJobFile(root, found, options.idleMs ?? defaultIdleMs));
    job = created.folder;
    await writeFileAtomic(path.join(folder, 'job.json'), toJson({ schema: 1, id: created.id }));
  }
  let launched = false;
  for (;;) {
    if (options.signal?.aborted) throw new Stopped();
    const ready = await readServer(job);
    if (ready) return ready;
    const reading = await readJobState(job);
    if (!reading.alive) {
      if (launched && reading.state !== 'stopped') {
        throw userError({ code: 'serve-failed', file: job, message: `the model could not be served: ${reading.reason ?? 'its process ended'}`, next: 'See log.txt of this job for more.' });
      }
      await launchJob(job);
      launched = true;
    }
    await delay(pollMs);
  }
}

function serveJobFile(root: string, found: FoundCheckpoint, idleMs: number): ServeJobFile {
  return {
    schema: 1, kind: 'serve', name: `serve-${modelName(root, found)}`, overrides: {},
    ...(found.job === undefined ? {} : { of: found.job }),
    resolved: { checkpoint: found.checkpoint, host: '127.0.0.1', port: 0, idleMs },
  };
}
