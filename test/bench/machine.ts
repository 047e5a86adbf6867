// What a measurement stands beside: processor, load, threads; and how times are taken.
import { availableParallelism, cpus, loadavg } from 'node:os';

export function machineLine(threads: number): string {
  return `${cpus()[0]?.model ?? 'unknown processor'}, ${availableParallelism()} cores, ${threads} thread${threads === 1 ? '' : 's'}, load ${loadavg()[0]!.toFixed(2)}, Node ${process.version}`;
}

/** Milliseconds by the clock, and of the processor over all threads: with one thread on a free machine they are one. */
export interface Times { readonly wallMs: number; readonly cpuMs: number }

/** Of one piece of work in this process. */
export async function timed(work: () => Promise<unknown>): Promise<Times> {
  const start = performance.now();
  const before = process.cpuUsage();
  await work();
  const used = process.cpuUsage(before);
  return { wallMs: performance.now() - start, cpuMs: (used.user + used.system) / 1000 };
}

/** The least of some times: what else the machine does only adds. */
export async function leastTimes(repeats: number, work: () => Promise<unknown>): Promise<Times> {
  let [wallMs, cpuMs] = [Infinity, Infinity];
  for (let repeat = 0; repeat < repeats; repeat++) {
    const times = await timed(work);
    [wallMs, cpuMs] = [Math.min(wallMs, times.wallMs), Math.min(cpuMs, times.cpuMs)];
  }
  return { wallMs, cpuMs };
}

/** How many times as fast as the peer, by the clock and by processor time. */
export function ratios(peer: Times, ours: Times): string {
  return `${(peer.wallMs / ours.wallMs).toFixed(2)}, cpu ${(peer.cpuMs / ours.cpuMs).toFixed(2)}`;
}

/** Interpolated. */
export function quantile(values: readonly number[], fraction: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const at = fraction * (sorted.length - 1);
  const below = sorted[Math.floor(at)]!;
  return below + (at % 1) * (sorted[Math.ceil(at)]! - below);
}
