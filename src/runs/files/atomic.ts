// Files and folders that are there whole or not at all: written aside, flushed to disk, then renamed over the name.
// Written here because write-file-atomic ignores short writes, so that a nearly full disk would leave half a file
// under the final name; and because it neither flushes the folder nor replaces folders.
import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { open, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { errorCode, retryWhileBusy } from './retry';

export const privateFileMode = 0o600;
export const privateFolderMode = 0o700;

export interface AtomicOptions {
  /** Permission bits of the new file; default 0600. */
  readonly mode?: number;
}

const temporaryPrefix = '.tmp-';
/** What a folder is called while its successor takes its name: `.old-NAME-pid-random`. */
const asidePattern = /^\.old-(.+)-\d+-[0-9a-f]{8}$/;

/** A name beside `final` (same folder, hence same file system) for what will be renamed to it. */
export function temporaryBeside(final: string): string {
  return nameBeside(final, temporaryPrefix);
}

function nameBeside(final: string, prefix: string): string {
  return path.join(path.dirname(final), `${prefix}${path.basename(final)}-${process.pid}-${randomBytes(4).toString('hex')}`);
}

/** Writes all of `data` at the file's position or, when given, at `position`: a short write is carried on, not ignored. */
export function writeAllSync(fd: number, data: Uint8Array, position?: number): void {
  for (let done = 0; done < data.length;) {
    done += writeSync(fd, data, done, data.length - done, position === undefined ? null : position + done);
  }
}

/** Replaces `file` by `data`, flushed to disk with its folder. Throws the file system's error; the old file then stands. */
export function writeFileAtomicSync(file: string, data: string | Uint8Array, options: AtomicOptions = {}): void {
  const temporary = temporaryBeside(file);
  try {
    const fd = openSync(temporary, 'wx', options.mode ?? privateFileMode);
    try {
      writeAllSync(fd, typeof data === 'string' ? Buffer.from(data) : data);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    retryWhileBusy(() => { renameSync(temporary, file); });
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
  syncFolderSync(path.dirname(file));
}

/** As writeFileAtomicSync, without blocking while the disk works. */
export async function writeFileAtomic(file: string, data: string | Uint8Array, options: AtomicOptions = {}): Promise<void> {
  await writeFileInPieces(file, (write) => write(typeof data === 'string' ? Buffer.from(data) : data), options);
}

/** A large file written piece by piece: calls `fill` with a function that appends; `file` takes its new content when `fill` has ended. */
export async function writeFileInPieces(
  file: string, fill: (write: (bytes: Uint8Array) => Promise<void>) => Promise<void>, options: AtomicOptions = {},
): Promise<void> {
  const temporary = temporaryBeside(file);
  try {
    const handle = await open(temporary, 'wx', options.mode ?? privateFileMode);
    try {
      await fill(async (bytes) => {
        // A nearly full disk writes less than it was given; the next attempt then says why.
        for (let done = 0; done < bytes.length;) done += (await handle.write(bytes, done, bytes.length - done)).bytesWritten;
      });
      await handle.sync();
    } finally {
      await handle.close();
    }
    retryWhileBusy(() => { renameSync(temporary, file); });
  } catch (error) {
    await rm(temporary, { force: true });
    // What is said of an open file or of the one aside does not name this one.
    throw error instanceof Error ? Object.assign(error, { path: file }) : error;
  }
  await syncFolder(path.dirname(file));
}

/**
 * Makes the finished folder `temporary` appear as `final`, every file and folder flushed first. An older `final` is
 * moved aside before and removed after, so that at no instant a half-written folder has the final name; when the
 * process ends in between, removeTemporaries gives the older one its name back.
 */
export async function replaceFolder(temporary: string, final: string): Promise<void> {
  await syncTree(temporary);
  const aside = nameBeside(final, '.old-');
  try {
    await rename(final, aside);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
  }
  retryWhileBusy(() => { renameSync(temporary, final); });
  await syncFolder(path.dirname(final));
  await rm(aside, { recursive: true, force: true });
}

/** Flushes every file and folder under `folder`, itself last. */
export async function syncTree(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const child = path.join(folder, entry.name);
    if (entry.isDirectory()) await syncTree(child);
    else if (entry.isFile()) await syncFile(child);
  }
  await syncFolder(folder);
}

async function syncFile(file: string): Promise<void> {
  const handle = await open(file, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Flushes the names in a folder, so that a rename survives a power cut. Windows cannot; its file system keeps order by itself. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

export function syncFolderSync(folder: string): void {
  if (process.platform === 'win32') return;
  const fd = openSync(folder, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/** Removes what interrupted writers left in `folder`, but not of the files in `othersWrite`. Only for the one process that may write the rest. */
export async function removeTemporaries(folder: string, othersWrite: readonly string[] = []): Promise<void> {
  let names: string[];
  try {
    names = await readdir(folder);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return;
    throw error;
  }
  for (const name of names) {
    if (othersWrite.some((other) => name.startsWith(`${temporaryPrefix}${other}-`))) continue;
    const replaced = asidePattern.exec(name)?.[1];
    if (replaced !== undefined && !names.includes(replaced)) await rename(path.join(folder, name), path.join(folder, replaced));
    else if (replaced !== undefined || name.startsWith(temporaryPrefix)) await rm(path.join(folder, name), { recursive: true, force: true });
  }
}
