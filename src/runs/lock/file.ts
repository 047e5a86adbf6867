// Lock files: who holds a job folder. Each is complete from the moment it exists.
import { closeSync, constants, linkSync, openSync, rmSync } from 'node:fs';
import { z } from 'zod';
import { privateFileMode, temporaryBeside, writeAllSync, writeFileAtomicSync } from '../files/atomic';
import { readJsonSync, toJson } from '../files/json';
import { errorCode } from '../files/retry';

const holderSchema = z.object({
  /** One taking of the lock; never used twice. */
  id: z.string().regex(/^[0-9a-f]+$/),
  host: z.string(),
  bootId: z.string(),
  pid: z.int(),
  processStart: z.string().exactOptional(),
  token: z.string(),
  at: z.string(),
});

export type LockHolder = z.infer<typeof holderSchema>;

/** Stands for a lock file that cannot be understood: nobody can be asked, so nobody holds it. */
const unreadable: LockHolder = { id: '0', host: '', bootId: '', pid: 0, token: '', at: '' };

/** Undefined when there is no such file. */
export function readLock(file: string): LockHolder | undefined {
  const value = readJsonSync(file);
  if (value !== undefined) return holderSchema.safeParse(value).data ?? unreadable;
  return exists(file) ? unreadable : undefined;
}

function exists(file: string): boolean {
  try {
    closeSync(openSync(file, 'r'));
    return true;
  } catch {
    return false;
  }
}

/** Makes the file whole and only if it does not exist; false when it does. */
export function createLock(file: string, holder: LockHolder): boolean {
  const aside = temporaryBeside(file);
  try {
    writeFileAtomicSync(aside, toJson(holder));
    linkSync(aside, file);
    return true;
  } catch (error) {
    const code = errorCode(error);
    // ENOENT: the new holder cleaned up what it took for an old writer's leavings; the caller looks again.
    if (code === 'EEXIST' || code === 'ENOENT') return false;
    if (code === 'EPERM' || code === 'ENOTSUP' || code === 'ENOSYS' || code === 'EOPNOTSUPP') return createWithoutLinks(file, holder);
    throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}

/** For file systems without hard links, such as exFAT: exclusive all the same, but empty for an instant. */
function createWithoutLinks(file: string, holder: LockHolder): boolean {
  let fd: number;
  try {
    fd = openSync(file, constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY, privateFileMode);
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  }
  try {
    writeAllSync(fd, Buffer.from(toJson(holder)));
    return true;
  } finally {
    closeSync(fd);
  }
}
