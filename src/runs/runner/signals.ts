// SIGINT and SIGTERM as stops. Their handlers run only when the event loop turns, so loops let it turn between
// micro-batches.

const signals = ['SIGINT', 'SIGTERM'] as const;
/** npm and srun pass on a signal their child already got, so one Ctrl-C or one scancel arrives twice in a moment. */
const echoMs = 250;

/** Calls `onStop` for each signal but its echo. Returns what undoes it. */
export function listenForSignals(onStop: (signal: string) => void, nowMs: () => number = () => performance.now()): () => void {
  let lastMs = -Infinity;
  const handle = (signal: NodeJS.Signals): void => {
    const sinceMs = nowMs() - lastMs;
    if (sinceMs < echoMs) return;
    lastMs = nowMs();
    onStop(signal);
  };
  for (const signal of signals) process.on(signal, handle);
  return () => { for (const signal of signals) process.off(signal, handle); };
}
