// A number of bytes that is shared out among those who ask, in the order they came: who finds too little left waits.
import { Stopped } from '../../../base/errors/problem';

export class ByteGate {
  #free: number;
  readonly #waiting: { readonly bytes: number; readonly come: () => void }[] = [];

  constructor(readonly totalBytes: number) {
    this.#free = totalBytes;
  }

  /** Resolves to what gives the bytes back, once; rejects with Stopped when aborted first. More than there are in all is never had: an error. */
  async take(bytes: number, signal: AbortSignal): Promise<() => void> {
    if (bytes > this.totalBytes) throw new Error(`${bytes} bytes are asked for of ${this.totalBytes} in all.`);
    if (signal.aborted) throw new Stopped();
    if (this.#waiting.length > 0 || bytes > this.#free) await this.#turn(bytes, signal);
    else this.#free -= bytes;
    let held = true;
    return () => {
      if (held) this.#giveBack(bytes);
      held = false;
    };
  }

  async #turn(bytes: number, signal: AbortSignal): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const leave = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(waiter), 1);
        reject(new Stopped());
        this.#letIn();
      };
      const waiter = {
        bytes,
        come: () => {
          signal.removeEventListener('abort', leave);
          resolve();
        },
      };
      this.#waiting.push(waiter);
      signal.addEventListener('abort', leave, { once: true });
    });
  }

  #giveBack(bytes: number): void {
    this.#free += bytes;
    this.#letIn();
  }

  /** None overtakes another, so that a large one comes to its turn. */
  #letIn(): void {
    while (this.#waiting.length > 0 && this.#waiting[0]!.bytes <= this.#free) {
      const { bytes, come } = this.#waiting.shift()!;
      this.#free -= bytes;
      come();
    }
  }
}
