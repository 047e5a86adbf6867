// status.json: read by anyone at any instant, replaced as a whole by the one process that holds the lock.
import { closeSync, fsyncSync, openSync, statSync } from 'node:fs';
import { z } from 'zod';
import { jobStates, type JobStatus } from '../protocol/status';
import { writeAllSync, writeFileAtomicSync } from './files/atomic';
import { diskFullError } from './files/disk-error';
import { readJson, readJsonSync, toJson } from './files/json';
import { jobPath } from './layout';

const statusSchema = z.object({
  schema: z.literal(1),
  state: z.enum(jobStates),
  reason: z.string().exactOptional(),
  next: z.string().exactOptional(),
  attempt: z.int().nonnegative(),
  host: z.string(),
  bootId: z.string(),
  pid: z.int().nonnegative(),
  processStart: z.string().exactOptional(),
  token: z.string(),
  jobId: z.string().exactOptional(),
  at: z.string(),
  exitCode: z.int().exactOptional(),
});

/** Undefined when the folder holds no status that can be understood. */
export async function readStatus(folder: string): Promise<JobStatus | undefined> {
  return parseStatus(await readJson(jobPath(folder, 'status')));
}

export function readStatusSync(folder: string): JobStatus | undefined {
  return parseStatus(readJsonSync(jobPath(folder, 'status')));
}

function parseStatus(value: unknown): JobStatus | undefined {
  return statusSchema.safeParse(value).data;
}

/**
 * Replaces status.json. On a full disk, where no new file can be written, the old one is overwritten in its place and
 * padded to its length, which needs no room: the user then reads why the job ended instead of finding it lost.
 */
export function writeStatus(folder: string, status: JobStatus): void {
  const file = jobPath(folder, 'status');
  const text = toJson(status);
  try {
    writeFileAtomicSync(file, text);
  } catch (error) {
    if (diskFullError(error) === undefined) throw error;
    overwrite(file, text);
  }
}

function overwrite(file: string, text: string): void {
  const { size } = statSync(file);
  const fd = openSync(file, 'r+');
  try {
    writeAllSync(fd, Buffer.from(text.padEnd(size, ' ')), 0);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
