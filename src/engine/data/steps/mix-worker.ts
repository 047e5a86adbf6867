// A thread that does tasks of a build one after the other.
import { parentPort, workerData } from 'node:worker_threads';
import { UserError } from '../../../base/errors/problem';
import { diskFullError } from '../../../runs/files/disk-error';
import type { WorkerReply, WorkerRequest } from './pool';
import { type Workplace, TaskRunner } from './task';

const progressEveryMs = 200;
const port = parentPort!;
const runner = new TaskRunner(workerData as Workplace);
let lastMs = 0;

port.on('message', ({ index, task }: WorkerRequest) => {
  const turn = (documents: number, of?: number): undefined => {
    const nowMs = performance.now();
    if (nowMs - lastMs < progressEveryMs) return undefined;
    lastMs = nowMs;
    port.postMessage({ type: 'progress', index, documents, ...(of === undefined ? {} : { of }) } satisfies WorkerReply);
    return undefined;
  };
  runner.run(task, turn).then(
    (result) => { port.postMessage({ type: 'done', index, result } satisfies WorkerReply); },
    (error: unknown) => {
      const said = diskFullError(error, 'Free some space, then start again: what is done already is kept.') ?? error;
      port.postMessage({
        type: 'failed', index, message: said instanceof Error ? said.stack ?? said.message : String(said),
        ...(said instanceof UserError ? { problems: said.problems } : {}),
      } satisfies WorkerReply);
    },
  );
});
