// Runs the tasks of a build on all cores, or in this thread when there is little to do. Results come in the order of the tasks,
// so that nothing depends on how many threads there are; the first task that fails ends all.
import { setImmediate } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { type Problem, UserError } from '../../../base/errors/problem';
import { engineAsset } from '../../parts/assets';
import { findDone, type Task, type TaskResult, TaskRunner, type Workplace } from './task';

export interface WorkerRequest { readonly index: number; readonly task: Task }
export type WorkerReply =
  | { readonly type: 'progress'; readonly index: number; readonly documents: number; readonly of?: number }
  | { readonly type: 'done'; readonly index: number; readonly result: TaskResult<Task> }
  | { readonly type: 'failed'; readonly index: number; readonly message: string; readonly problems?: readonly Problem[] };

export interface PoolOptions {
  /** 1: everything in this thread. */
  readonly threads: number;
  readonly workplace: Workplace;
  readonly signal: AbortSignal | undefined;
}

/** Called as a task goes on, and when it is done. */
export type OnTask = (index: number, progress: { readonly documents: number; readonly of?: number | undefined } | 'done') => void;

/** Documents between two looks at the signal and the event loop. */
const documentsATurn = 64;
/** A thread's old generation: what a piece needs, many times over. */
const heapMegabytes = 1024;
/** Its young generation: with the 48 MB of the default a thread holds about 20 MB more of what is garbage, and is no faster. */
const youngMegabytes = 12;

export class Pool {
  readonly #workers: Worker[] = [];
  readonly #runner: TaskRunner;

  constructor(private readonly options: PoolOptions) {
    this.#runner = new TaskRunner(options.workplace);
  }

  /** Tasks that are done already are not done again, and `onTask` is not called for them. */
  async map<T extends Task>(tasks: readonly T[], onTask: OnTask): Promise<TaskResult<T>[]> {
    const results: (TaskResult<T> | undefined)[] = [];
    for (const task of tasks) results.push(await findDone(task));
    const open = tasks.flatMap((_, index) => (results[index] === undefined ? [index] : []));
    const made = await this.#run(open.map((index) => tasks[index]!), (index, progress) => { onTask(open[index]!, progress); });
    open.forEach((index, at) => { results[index] = made[at]!; });
    return results as TaskResult<T>[];
  }

  async #run<T extends Task>(tasks: readonly T[], onTask: OnTask): Promise<TaskResult<T>[]> {
    const { threads, signal } = this.options;
    signal?.throwIfAborted();
    if (threads <= 1 || tasks.length <= 1) return this.#inThisThread(tasks, onTask);
    while (this.#workers.length < Math.min(threads, tasks.length)) {
      this.#workers.push(new Worker(engineAsset('mix-worker.mjs'), { workerData: this.options.workplace, resourceLimits: { maxOldGenerationSizeMb: heapMegabytes, maxYoungGenerationSizeMb: youngMegabytes } }));
    }
    return new Promise((resolve, reject) => {
      const results: TaskResult<T>[] = [];
      let next = 0;
      let done = 0;
      const stops: (() => void)[] = [];
      const end = (act: () => void): void => {
        for (const stop of stops) stop();
        act();
      };
      const aborted = (): void => { end(() => { reject(reasonOf(signal!)); }); };
      signal?.addEventListener('abort', aborted, { once: true });
      stops.push(() => { signal?.removeEventListener('abort', aborted); });
      for (const worker of this.#workers) {
        const give = (): void => {
          if (next >= tasks.length) return;
          const index = next++;
          worker.postMessage({ index, task: tasks[index]! } satisfies WorkerRequest);
        };
        const hear = (reply: WorkerReply): void => {
          try {
            if (reply.type === 'failed') throw failureOf(reply);
            onTask(reply.index, reply.type === 'done' ? 'done' : reply);
          } catch (error) {
            end(() => { reject(error instanceof Error ? error : new Error(String(error))); });
            return;
          }
          if (reply.type !== 'done') return;
          results[reply.index] = reply.result as TaskResult<T>;
          done += 1;
          if (done === tasks.length) end(() => { resolve(results); });
          else give();
        };
        const died = (error: Error): void => { end(() => { reject(error); }); };
        worker.on('message', hear);
        worker.on('error', died);
        stops.push(() => {
          worker.off('message', hear);
          worker.off('error', died);
        });
        give();
      }
    });
  }

  get threads(): number {
    return this.options.threads;
  }

  async close(): Promise<void> {
    this.#runner.endComparing();
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }

  async #inThisThread<T extends Task>(tasks: readonly T[], onTask: OnTask): Promise<TaskResult<T>[]> {
    const results: TaskResult<T>[] = [];
    for (const [index, task] of tasks.entries()) {
      results.push(await this.#runner.run(task, (documents, of) => {
        if (documents % documentsATurn !== 0) return undefined;
        onTask(index, { documents, of });
        return setImmediate().then(() => { this.options.signal?.throwIfAborted(); });
      }) as TaskResult<T>);
      onTask(index, 'done');
      await setImmediate();
      this.options.signal?.throwIfAborted();
    }
    return results;
  }
}

function reasonOf({ reason }: AbortSignal): Error {
  return reason instanceof Error ? reason : new Error(String(reason));
}

function failureOf({ message, problems }: Extract<WorkerReply, { type: 'failed' }>): Error {
  const [first, ...rest] = problems ?? [];
  return first ? new UserError(first, ...rest) : new Error(message);
}
