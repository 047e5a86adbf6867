// Whether the process that a lock names can still write to the job.
import { setTimeout as delay } from 'node:timers/promises';
import { deadAfterMs, HeartbeatWatch, heartbeatMs, observeLiveness } from '../liveness';
import { isSameBoot, isSameProcess, thisHost } from '../this-host';
import type { LockHolder } from './file';

/**
 * On this host the kernel knows: a process that exists may write, even one whose heartbeat stands still because it was
 * suspended. Of another host only the heartbeat tells, so it is watched for as long as that takes (about half a minute).
 */
export async function isHolderDead(folder: string, holder: LockHolder): Promise<boolean> {
  const here = thisHost();
  if (holder.host === '') return true;
  if (holder.host === here.host) return !isSameBoot(holder.bootId, here.bootId) || !isSameProcess(holder.pid, holder.processStart);
  const watch = new HeartbeatWatch();
  for (let waitedMs = 0; waitedMs <= deadAfterMs + heartbeatMs; waitedMs += heartbeatMs) {
    const verdict = await observeLiveness(folder, holder, watch);
    if (verdict !== 'unknown') return verdict === 'dead';
    await delay(heartbeatMs);
  }
  return true;
}
