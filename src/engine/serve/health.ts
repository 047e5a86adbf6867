// What a server says of itself to anyone on this machine, without its token: nothing of what it is asked.
import { exchange, textOf } from '../client';

export interface Health {
  readonly status: 'ok';
  readonly model: 'open' | 'unloaded';
  /** Requests that have the model or wait for it. */
  readonly requests: number;
  /** Since the last of them ended. */
  readonly idleMs: number;
  /** Of the whole process. */
  readonly memoryBytes: number;
  readonly memoryCapBytes: number;
}

const timeoutMs = 5000;

/** @param url without a path. Undefined when nobody answers there, or something else does. */
export async function askHealth(url: string): Promise<Health | undefined> {
  try {
    const answer = JSON.parse(await textOf(await exchange({ url: `${url}/health`, headers: {}, body: undefined, signal: AbortSignal.timeout(timeoutMs) }))) as Partial<Health>;
    return answer.status === 'ok' && typeof answer.memoryBytes === 'number' ? answer as Health : undefined;
  } catch {
    return undefined;
  }
}
