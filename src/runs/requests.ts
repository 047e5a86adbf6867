// What a user asks of a running job: one file a request, named by a ULID so that they sort by time. The job answers in
// its events, then removes the file.
import { readdirSync, rmSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { ulid } from 'ulid';
import { z } from 'zod';
import { type JobRequest, requestKinds, type RequestKind } from '../protocol/requests';
import { privateFolderMode, writeFileAtomic } from './files/atomic';
import { readJsonSync, toJson } from './files/json';
import { errorCode } from './files/retry';
import { jobPath } from './layout';
import { readJobState } from './state';

const requestSchema = z.object({
  schema: z.literal(1),
  id: z.string(),
  kind: z.enum(requestKinds),
  attempt: z.int().nonnegative(),
  at: z.string(),
});

/** Asks the running attempt. Returns the request's id, or undefined when no process runs that could answer. */
export async function requestJob(folder: string, kind: RequestKind): Promise<string | undefined> {
  const { alive, attempt } = await readJobState(folder);
  return alive ? writeRequest(folder, kind, attempt) : undefined;
}

/** Writes a request to one attempt, running or not; a dead attempt's is answered `stale` by the next. */
export async function writeRequest(folder: string, kind: RequestKind, attempt: number): Promise<string> {
  const request: JobRequest = { schema: 1, id: ulid(), kind, attempt, at: new Date().toISOString() };
  await mkdir(jobPath(folder, 'requests'), { recursive: true, mode: privateFolderMode });
  await writeFileAtomic(requestFile(folder, request.id), toJson(request));
  return request.id;
}

/** Ids of the requests that wait, oldest first. */
export function requestIds(folder: string): string[] {
  try {
    return readdirSync(jobPath(folder, 'requests'))
      .filter((name) => /^[0-9A-Za-z]+\.json$/.test(name))
      .map((name) => name.slice(0, -'.json'.length))
      .sort();
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  }
}

/** Undefined when the file is gone or is no request. */
export function readRequest(folder: string, id: string): JobRequest | undefined {
  const request = requestSchema.safeParse(readJsonSync(requestFile(folder, id))).data;
  return request?.id === id ? request : undefined;
}

export function removeRequest(folder: string, id: string): void {
  rmSync(requestFile(folder, id), { force: true });
}

function requestFile(folder: string, id: string): string {
  return path.join(jobPath(folder, 'requests'), `${id}.json`);
}
