// Why a trainer ended before its time, from what it printed last, in words with a next step.
import { userError, type UserError } from '../../../base/errors/problem';

export interface FailureFacts {
  readonly logFile: string;
  readonly step: number;
  readonly totalSteps: number;
  readonly code: number | null;
  readonly signal: string | null;
}

interface Known { readonly pattern: RegExp; readonly code: string; readonly message: string; readonly next: string }

const known: readonly Known[] = [
  { pattern: /OutOfMemoryError|CUDA out of memory|DefaultCPUAllocator: (?:can't|not enough)|\bMemoryError\b|std::bad_alloc|Cannot allocate memory|oom.kill/i, code: 'scaleout-out-of-memory', message: 'a process of the trainer ran out of memory', next: 'Lower batchSize and raise accumulationSteps by as much, set recomputeActivations, or use more processes.' },
  { pattern: /No space left on device|Disk quota exceeded|File too large|os error (?:27|28|122)\b/i, code: 'scaleout-disk-full', message: 'the disk is full, or a file larger than is allowed', next: 'Free some space, or ask for a larger quota, then resume the run: its last checkpoint is whole.' },
  // Before what the others then say: that they lost it.
  { pattern: /Signal 9 \(SIGKILL\)|exitcode *: -9/, code: 'scaleout-killed', message: 'a process of the trainer was killed, most often for want of memory', next: 'Lower batchSize, or use fewer processes, then resume the run.' },
  { pattern: /NCCL (?:error|timeout)|Watchdog caught collective operation timeout|Connection (?:reset|closed) by peer/i, code: 'scaleout-lost-process', message: 'a process of the trainer, or its connection, was lost', next: 'Resume the run; if it comes again, look at the other processes\' machines.' },
  { pattern: /ModuleNotFoundError: No module named '([^']+)'/, code: 'scaleout-module-missing', message: 'a Python package is missing', next: 'Install it into the interpreter that trains.' },
];

export function explainFailure(lines: readonly string[], { logFile, step, totalSteps, code, signal }: FailureFacts): UserError {
  const at = `at step ${step} of ${totalSteps}`;
  for (const { pattern, code: name, message, next } of known) {
    const line = lines.find((one) => pattern.test(one));
    if (line !== undefined) return userError({ code: name, file: logFile, message: `${message} ${at}`, value: line.trim().slice(0, 200), next });
  }
  const error = lines.find((line) => /^(?:\[rank\d+\]: *)?[\w.]*(?:Error|Exception): /.test(line)) ?? lines.findLast((line) => line.trim() !== '') ?? 'it printed nothing';
  return userError({
    code: 'scaleout-ended', file: logFile, message: `the trainer ended with ${signal ?? `code ${code ?? 'unknown'}`} ${at}`, value: error.trim().slice(0, 200), next: 'See its log for more, mend that, then resume the run.',
  });
}
