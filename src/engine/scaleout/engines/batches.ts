// How the rows of one update are shared out: so many to a process at a time, so many times.
import { userError } from '../../../base/errors/problem';
import { processesOf, scaleoutOf, type Run } from '../../../documents/run/schema';

export interface Shares {
  /** Rows one process computes at a time. */
  readonly rowsOfProcess: number;
  readonly accumulationSteps: number;
}

/** An update has the same rows as in the embedded engine, whatever the number of processes. Throws when it cannot be shared out evenly. */
export function shareOut(run: Pick<Run, 'batchSize' | 'accumulationSteps' | 'scaleout' | 'data'>): Shares {
  const { batchSize, accumulationSteps, data } = run;
  const processes = processesOf(scaleoutOf(run));
  if (accumulationSteps % processes === 0) return { rowsOfProcess: batchSize, accumulationSteps: accumulationSteps / processes };
  if (batchSize % processes === 0) return { rowsOfProcess: batchSize / processes, accumulationSteps };
  throw userError({
    code: 'scaleout-uneven', file: data, key: 'scaleout.processes', value: String(processes),
    message: `${batchSize} sequences of ${accumulationSteps} micro-batches cannot be shared out evenly between the processes`,
    next: 'Make batchSize or accumulationSteps a multiple of scaleout.processes, times the nodes.',
  });
}
