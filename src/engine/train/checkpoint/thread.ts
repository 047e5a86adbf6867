// Training's side of the thread that writes checkpoints. It is started with the first one, and does one at a time.
import { Worker } from 'node:worker_threads';
import { engineAsset } from '../../parts/assets';
import type { WriterReply } from './messages';
import type { CheckpointSnapshot } from './snapshot';

export class CheckpointThread {
  #worker: Worker | undefined;
  /** Takes the reply to the snapshot being written, or why there is none. */
  #settle: ((reply: WriterReply | Error) => void) | undefined;

  /** Resolves when the checkpoint is on disk; throws what the file system said, with its code. */
  async write(snapshot: CheckpointSnapshot): Promise<void> {
    if (this.#settle !== undefined) throw new Error('A checkpoint is being written already.');
    const worker = this.#worker ??= this.#start();
    const reply = await new Promise<WriterReply | Error>((resolve) => {
      this.#settle = resolve;
      worker.postMessage(snapshot);
    });
    this.#settle = undefined;
    if (reply instanceof Error) throw reply;
    if (reply.type === 'failed') throw Object.assign(new Error(reply.message), { code: reply.code, path: reply.path, stack: reply.stack });
  }

  #start(): Worker {
    const worker = new Worker(engineAsset('checkpoint-writer.mjs'));
    worker.on('message', (reply: WriterReply) => { this.#settle?.(reply); });
    worker.on('error', (error) => { this.#settle?.(error); });
    worker.on('exit', () => {
      this.#worker = undefined;
      this.#settle?.(new Error('The thread that writes checkpoints ended before it was done.'));
    });
    return worker;
  }

  /** What it is writing is given up. */
  async close(): Promise<void> {
    await this.#worker?.terminate();
  }
}
