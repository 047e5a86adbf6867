// Starts the supervisor thread from the job's main thread, and ends it.
import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import { heartbeatMs } from '../liveness';
import { engineProgram } from '../package-folder';
import type { SupervisorData } from './messages';

export interface Supervisor {
  /** Where requests arrive; readable synchronously with receiveMessageOnPort. */
  readonly port: MessagePort;
  /** Tells the supervisor that a stop was refused, so that the next one counts as the first. */
  refusedStop(): void;
  end(): void;
}

const pollMs = 250;
const graceMs = 3_000;

/** @param onError is told when the thread died, which only a bug or memory can do; the job goes on unsupervised. */
export function startSupervisor(job: { folder: string; attempt: number; lockId: string }, onError: (error: unknown) => void): Supervisor {
  const { port1, port2 } = new MessageChannel();
  const refusedStops = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
  const data: SupervisorData = { ...job, heartbeatMs, pollMs, graceMs, port: port2, refusedStops };
  const worker = new Worker(engineProgram('supervisor.mjs'), {
    workerData: data, transferList: [port2], execArgv: [], env: {}, resourceLimits: { maxOldGenerationSizeMb: 32 },
  });
  worker.on('error', onError);
  worker.unref();
  return {
    port: port1,
    refusedStop: () => { Atomics.add(new Int32Array(refusedStops), 0, 1); },
    end: () => {
      port1.close();
      void worker.terminate();
    },
  };
}
