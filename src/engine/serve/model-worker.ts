// The worker thread that holds the model: opens the checkpoint folder or GGUF file of its workerData, then does its tasks, many at once.
import { parentPort, workerData } from 'node:worker_threads';
import { UserError } from '../../base/errors/problem';
import { RandomStream } from '../../base/math/random';
import { Refusal, runTask, type ServedModel } from './generation';
import type { GenerationTask, ModelPlace, ModelReply, ModelRequest } from './messages';
import { openServedCheckpoint, type OpenedModel } from './served-checkpoint';
import { openServedGguf } from './served-gguf';

const port = parentPort;
if (!port) throw new Error('model-worker runs as a worker thread only.');

const send = (reply: ModelReply): void => { port.postMessage(reply); };
const running = new Map<number, AbortController>();
/** Seeds of requests that give none; the same order of requests after a start draws the same seeds. */
const unseeded = RandomStream.of(0, 'serve/unseeded');

async function openModel({ folder, capBytes }: ModelPlace): Promise<OpenedModel> {
  return folder.toLowerCase().endsWith('.gguf') ? openServedGguf(folder, capBytes) : openServedCheckpoint(folder, capBytes);
}

async function run(model: ServedModel, task: number, work: GenerationTask): Promise<void> {
  const controller = new AbortController();
  running.set(task, controller);
  try {
    const parts = runTask(model, work, unseeded, controller.signal);
    for (;;) {
      const next = await parts.next();
      if (next.done) {
        send({ type: 'done', task, ...next.value });
        return;
      }
      send({ ...next.value, task });
    }
  } catch (error) {
    if (error instanceof Refusal) send({ type: 'refused', task, code: error.code, message: error.message, param: error.param });
    else if (error instanceof UserError) send({ type: 'refused', task, code: error.problems[0]!.code, message: error.problems[0]!.message, param: work.param });
    else if (controller.signal.aborted) send({ type: 'done', task, promptTokens: 0, completionTokens: 0 });
    else send({ type: 'failed', task, message: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  } finally {
    running.delete(task);
  }
}

try {
  const { model, facts } = await openModel(workerData as ModelPlace);
  port.on('message', (message: ModelRequest) => {
    switch (message.type) {
      case 'run':
        void run(model, message.task, message.work);
        return;
      case 'cancel':
        running.get(message.task)?.abort();
        return;
      case 'forget':
        model.forget?.();
        return;
    }
  });
  send({ type: 'ready', facts });
} catch (error) {
  const problems = error instanceof UserError ? error.problems : [];
  send({ type: 'broken', message: error instanceof Error ? (error.stack ?? error.message) : String(error), problems });
}
