// The exclusive lock of a job folder, with takeover from the dead. A file cannot be replaced only if it still is the
// one that was judged, so nobody replaces the lock of a dead holder directly: its successor is whoever first creates
// `lock.ID`, ID being the dead holder's. Should the successor die too, the next one succeeds it, so that the holder is
// always the last of the chain. The new holder then makes itself the first link and removes the rest; whoever followed
// the chain meanwhile sees that the first link changed and withdraws.
import { randomBytes } from 'node:crypto';
import { readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { userError } from '../../base/errors/problem';
import { writeFileAtomicSync } from '../files/atomic';
import { toJson } from '../files/json';
import { jobFiles, jobPath } from '../layout';
import { createLock, type LockHolder, readLock } from './file';

export interface Lock {
  readonly holder: LockHolder;
  /** The dead holder it was taken from. */
  readonly takenFrom?: LockHolder;
  /** Whether this process still holds it. */
  isHeld(): boolean;
  release(): void;
}

/**
 * @param isDead says whether a holder can no longer write; must be certain of a `true`.
 * @throws user error when a living process holds the lock.
 */
export async function acquireLock(folder: string, self: Omit<LockHolder, 'id'>, isDead: (holder: LockHolder) => Promise<boolean>): Promise<Lock> {
  const holder: LockHolder = { id: randomBytes(8).toString('hex'), ...self };
  const head = jobPath(folder, 'lock');
  for (;;) {
    const chain = readChain(head);
    const last = chain.at(-1);
    if (last === undefined) {
      if (createLock(head, holder)) return heldLock(folder, holder);
      continue;
    }
    if (!await isDead(last)) throw lockedError(folder, last);
    const succession = successorFile(head, last);
    if (!createLock(succession, holder)) continue;
    if (readLock(head)?.id !== chain[0]!.id) {
      rmSync(succession, { force: true });
      continue;
    }
    writeFileAtomicSync(head, toJson(holder));
    removeSuccessions(folder, holder);
    return heldLock(folder, holder, last);
  }
}

function readChain(head: string): LockHolder[] {
  const chain: LockHolder[] = [];
  for (let next = readLock(head); next !== undefined && !chain.some((one) => one.id === next?.id); next = readLock(successorFile(head, next))) {
    chain.push(next);
  }
  return chain;
}

function successorFile(head: string, holder: LockHolder): string {
  return `${head}.${holder.id}`;
}

/** No chain that starts at the new holder leads to any of them. */
function removeSuccessions(folder: string, holder: LockHolder): void {
  for (const name of readdirSync(folder)) {
    if (name.startsWith(`${jobFiles.lock}.`) && name !== `${jobFiles.lock}.${holder.id}`) rmSync(path.join(folder, name), { force: true });
  }
}

function heldLock(folder: string, holder: LockHolder, takenFrom?: LockHolder): Lock {
  const head = jobPath(folder, 'lock');
  const isHeld = (): boolean => readLock(head)?.id === holder.id;
  return {
    holder,
    ...(takenFrom === undefined ? {} : { takenFrom }),
    isHeld,
    release: () => { if (isHeld()) rmSync(head, { force: true }); },
  };
}

function lockedError(folder: string, holder: LockHolder): Error {
  return userError({
    code: 'job-locked', file: jobPath(folder, 'lock'), message: `process ${holder.pid} on ${holder.host} works on this job since ${holder.at}`,
    next: 'Follow it, or stop it first.',
  });
}
