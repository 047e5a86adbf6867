// The cap on the whole process as the system measures it, whatever the estimates say: a request that comes while more is
// held is refused, once what can be given back was.
import { formatBytes } from '../../../base/text/bytes';
import { HttpError } from '../http-error';
import type { ModelSlot } from '../model-slot';

/** Before a request is let in. Throws 503 when the process holds too much and others are at work in it. */
export async function assertMemory(slot: ModelSlot, capBytes: number): Promise<void> {
  if (process.memoryUsage.rss() <= capBytes) return;
  slot.forget();
  // A heap that has grown is not given back but with its thread.
  await slot.unload();
  if (!slot.isOpen || process.memoryUsage.rss() <= capBytes) return;
  throw new HttpError(503, 'memory_full', `This server may take ${formatBytes(capBytes)} of memory and the requests under way fill it; try again later.`, undefined, { 'retry-after': '5' });
}

/** Bodies of requests that are under way or wait: a bounded number of bytes in all. */
export class BodyRoom {
  #held = 0;

  constructor(private readonly totalBytes: number) {}

  /** Adds to what a request holds; throws 503 when that is too much. */
  take(bytes: number): void {
    if (this.#held + bytes > this.totalBytes) {
      throw new HttpError(503, 'queue_full', 'The requests that wait already fill the memory there is for them; try again later.', undefined, { 'retry-after': '1', 'connection': 'close' });
    }
    this.#held += bytes;
  }

  giveBack(bytes: number): void {
    this.#held -= bytes;
  }
}
