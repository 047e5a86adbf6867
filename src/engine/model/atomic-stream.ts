// A large file written piece by piece that is there whole or not at all: written aside, flushed to the disk, then renamed.
import { renameSync } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import path from 'node:path';
import { privateFileMode, syncFolder, temporaryBeside } from '../../runs/files/atomic';
import { retryWhileBusy } from '../../runs/files/retry';

/** Calls `fill` with a function that appends bytes; `file` takes its new content when `fill` has ended. */
export async function writeFileInPieces(file: string, fill: (write: (bytes: Uint8Array) => Promise<void>) => Promise<void>): Promise<void> {
  const temporary = temporaryBeside(file);
  try {
    const handle = await open(temporary, 'wx', privateFileMode);
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
    throw error;
  }
  await syncFolder(path.dirname(file));
}
