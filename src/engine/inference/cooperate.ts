// Tensor operations block the thread; between two of them the event loop gets a turn, so that a stop can arrive.
import { Stopped } from '../../base/errors/problem';

/** Lets waiting events be handled, then throws `Stopped` when the signal has been raised. */
export async function breathe(signal: AbortSignal | undefined): Promise<void> {
  await new Promise<void>((resolve) => { setImmediate(resolve); });
  if (signal?.aborted) throw signal.reason instanceof Stopped ? signal.reason : new Stopped();
}
