// One file of a repository into its blob: in ranges that go on where an earlier attempt, also of another process, was cut
// off, checked by length and content before it takes its name.
import { existsSync, readdirSync } from 'node:fs';
import { mkdir, open, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { Stopped, userError } from '../../base/errors/problem';
import { diskFullError } from '../../runs/files/disk-error';
import { findProcess } from '../../runs/this-host';
import { matchesEtag, type RepositoryCache } from './cache';
import type { RemoteFile } from './hub';
import { unreachable } from './problems';
import type { OnProgress } from './progress';
import type { HubSettings } from './settings';

/** Attempts in a row that bring nothing new before it is given up; between them is a pause that doubles. */
const mostIdleAttempts = 5;
const firstPauseMs = 100;
const partialPattern = /^(.+)\.(\d+)\.incomplete$/;

export async function downloadBlob(cache: RepositoryCache, remote: RemoteFile, settings: HubSettings, onProgress: OnProgress): Promise<void> {
  const blob = cache.blob(remote.etag);
  if (existsSync(blob)) return;
  await mkdir(path.dirname(blob), { recursive: true });
  const partial = `${blob}.${process.pid}.incomplete`;
  await adoptPartial(blob, partial);
  let idle = 0;
  for (let done = await sizeOf(partial); done < remote.bytes || !existsSync(partial);) {
    const error = await fetchRest(remote, settings, partial, done, onProgress).then(() => undefined, (reason: unknown) => reason);
    if (error instanceof Stopped) throw error;
    const full = diskFullError(error);
    if (full !== undefined) throw full;
    const now = await sizeOf(partial);
    idle = now > done ? 0 : idle + 1;
    if (now < remote.bytes && (error instanceof FinalError || idle >= mostIdleAttempts)) throw error instanceof FinalError ? error.reason : unreachable(settings, error ?? new Error('the connection ends early'));
    if (now === done && now === remote.bytes) break;
    if (idle > 0) await setTimeout(firstPauseMs * 2 ** (idle - 1));
    done = now;
  }
  if (await sizeOf(partial) !== remote.bytes || !await matchesEtag(partial, remote.etag, remote.bytes)) {
    await rm(partial, { force: true });
    throw userError({
      code: 'hub-file-damaged', file: remote.name, value: remote.url, message: 'what was downloaded is not the file the Hub describes, and is thrown away',
      next: 'Start again; when it stays so, a proxy between here and the Hub changes files.',
    });
  }
  await rename(partial, blob);
}

/** An answer that another attempt would not change. */
class FinalError extends Error {
  constructor(readonly reason: Error) {
    super(reason.message);
  }
}

async function fetchRest(remote: RemoteFile, settings: HubSettings, partial: string, done: number, onProgress: OnProgress): Promise<void> {
  // Opened before anything is asked: bytes that wait to be read are lost when the connection breaks.
  const handle = await open(partial, done > 0 ? 'r+' : 'w');
  try {
    await receive(remote, settings, handle, done, onProgress);
  } finally {
    await handle.sync();
    await handle.close();
  }
}

async function receive(remote: RemoteFile, settings: HubSettings, handle: FileHandle, done: number, onProgress: OnProgress): Promise<void> {
  const answer = await fetch(remote.url, {
    headers: { 'accept-encoding': 'identity', ...(settings.token === undefined ? {} : { authorization: `Bearer ${settings.token}` }), ...(done > 0 ? { range: `bytes=${done}-` } : {}) },
  });
  if (answer.status === 416) {
    await handle.truncate(0);
    throw new Error('the server does not have the rest of the file');
  }
  if (!answer.ok || answer.body === null) {
    const failure = new Error(`the server answered ${answer.status}`);
    throw answer.status >= 500 || answer.status === 429 ? failure : new FinalError(remote.refusal(answer));
  }
  // A server that knows no ranges sends everything again.
  let at = answer.status === 206 ? done : 0;
  for await (const chunk of answer.body as AsyncIterable<Uint8Array>) {
    if (at + chunk.length > remote.bytes) throw new FinalError(userError({ code: 'hub-file-damaged', file: remote.name, message: `the server sends more than the ${remote.bytes} bytes of the file`, next: 'Start again later.' }));
    for (let written = 0; written < chunk.length;) written += (await handle.write(chunk, written, chunk.length - written, at + written)).bytesWritten;
    at += chunk.length;
    onProgress(remote.name, at, remote.bytes);
  }
}

/** Takes over what a process that is gone had downloaded; renaming lets one of several have it. */
async function adoptPartial(blob: string, partial: string): Promise<void> {
  for (const name of readdirSync(path.dirname(blob))) {
    const [, of, pid] = partialPattern.exec(name) ?? [];
    if (of !== path.basename(blob) || findProcess(Number(pid))) continue;
    await rename(path.join(path.dirname(blob), name), partial).catch(() => undefined);
  }
}

async function sizeOf(file: string): Promise<number> {
  return stat(file).then(({ size }) => size, () => 0);
}
