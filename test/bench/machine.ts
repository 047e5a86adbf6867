// What a measurement stands beside: processor, load, threads; and how times are taken.
import { availableParallelism, cpus, loadavg } from 'node:os';

export function machineLine(threads: number): string {
  return `${cpus()[0]?.model ?? 'unknown processor'}, ${availableParallelism()} cores, ${threads} thread${threads === 1 ? '' : 's'}, load ${loadavg()[0]!.toFixed(2)}, Node ${process.version}`;
}

/** The least of some times, in milliseconds: what else the machine does only adds. */
export async function bestMs(repeats: number, work: () => Promise<unknown>): Promise<number> {
  let best = Infinity;
  for (let repeat = 0; repeat < repeats; repeat++) {
    const start = performance.now();
    await work();
    best = Math.min(best, performance.now() - start);
  }
  return best;
}
