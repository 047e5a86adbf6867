// The main thread's side of the model worker: starts it, passes tasks, streams replies, and tells when it dies.
import { Worker } from 'node:worker_threads';
import { UserError } from '../../base/errors/problem';
import { engineAsset } from '../parts/assets';
import { HttpError } from './http-error';
import type { GenerationTask, ModelFacts, ModelPlace, ModelReply, ModelRequest } from './messages';
import type { TokenCounts } from './generation';

/** Parts and ends of choices of one task. */
export type TaskPart = Extract<ModelReply, { type: 'part' | 'choiceDone' }>;

type Listener = (reply: Exclude<ModelReply, { type: 'ready' | 'broken' }> | Error) => void;

/** The model's heap had no room for this request beside the others. */
function heapFull(): HttpError {
  return new HttpError(503, 'memory_full', 'The model has no memory left for this request beside those under way; try again later.', undefined, { 'retry-after': '5' });
}

export class ModelHost {
  readonly #worker: Worker;
  readonly #listeners = new Map<number, Listener>();
  #nextTask = 1;
  #dead: Error | undefined;
  /** Resolves when the worker ends: with the reason when that was not asked for. */
  readonly ended: Promise<Error | undefined>;
  #closing = false;

  private constructor(worker: Worker) {
    this.#worker = worker;
    this.ended = new Promise((resolve) => {
      worker.once('error', (error) => { this.#fail(error); });
      worker.once('exit', (code) => {
        this.#fail(new Error(`The model's thread ended with code ${code}.`));
        resolve(this.#closing ? undefined : this.#dead);
      });
    });
  }

  /** Opens the checkpoint; throws what the worker found wrong with it. */
  static async start(place: ModelPlace): Promise<{ host: ModelHost; facts: ModelFacts }> {
    const worker = new Worker(engineAsset('model-worker.mjs'), { workerData: place });
    const host = new ModelHost(worker);
    const first = await Promise.race([
      new Promise<ModelReply>((resolve) => { worker.once('message', resolve); }),
      host.ended.then((reason): never => { throw reason ?? new Error('The model\'s thread ended before it was ready.'); }),
    ]);
    if (first.type === 'ready') {
      worker.on('message', (reply: ModelReply) => { host.#deliver(reply); });
      return { host, facts: first.facts };
    }
    await host.close();
    if (first.type !== 'broken') throw new Error(`Unexpected first message ${first.type}.`);
    const [problem, ...rest] = first.problems;
    throw problem ? new UserError(problem, ...rest) : new Error(first.message);
  }

  /** Yields a task's parts as they come; leaving the loop or aborting cancels it. Returns the tokens used. */
  async* run(work: GenerationTask, signal: AbortSignal): AsyncGenerator<TaskPart, TokenCounts> {
    if (this.#dead) throw new HttpError(500, 'model_ended', 'The model\'s thread has ended; start the server again.');
    const task = this.#nextTask++;
    const inbox: Parameters<Listener>[0][] = [];
    let wake = (): void => undefined;
    this.#listeners.set(task, (reply) => {
      inbox.push(reply);
      wake();
    });
    const cancel = (): void => { this.#post({ type: 'cancel', task }); };
    signal.addEventListener('abort', cancel, { once: true });
    let finished = false;
    try {
      this.#post({ type: 'run', task, work });
      if (signal.aborted) cancel();
      for (;;) {
        while (inbox.length === 0) await new Promise<void>((resolve) => { wake = resolve; });
        const reply = inbox.shift()!;
        finished = reply instanceof Error || (reply.type !== 'part' && reply.type !== 'choiceDone');
        if (reply instanceof Error) throw new HttpError(500, 'model_ended', 'The model\'s thread has ended; start the server again.');
        switch (reply.type) {
          case 'part':
          case 'choiceDone':
            yield reply;
            break;
          case 'done':
            return { promptTokens: reply.promptTokens, completionTokens: reply.completionTokens };
          case 'refused':
            throw reply.code === 'wasm-heap-full' ? heapFull() : new HttpError(400, reply.code, reply.message, reply.param);
          case 'failed':
            throw new Error(reply.message);
        }
      }
    } finally {
      signal.removeEventListener('abort', cancel);
      this.#listeners.delete(task);
      if (!finished) cancel();
    }
  }

  /** Drops what is kept for later requests. */
  forget(): void {
    this.#post({ type: 'forget' });
  }

  async close(): Promise<void> {
    this.#closing = true;
    await this.#worker.terminate();
  }

  #post(request: ModelRequest): void {
    this.#worker.postMessage(request);
  }

  #deliver(reply: ModelReply): void {
    if (reply.type !== 'ready' && reply.type !== 'broken') this.#listeners.get(reply.task)?.(reply);
  }

  #fail(error: Error): void {
    this.#dead ??= error;
    for (const listener of this.#listeners.values()) listener(error);
  }
}
