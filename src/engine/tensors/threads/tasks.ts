// Calls of kernels that threads take from one table in shared memory. Whoever has time claims the next; a thread that is
// slow or not yet there only takes fewer. Counters are published, claimed and done tasks since the start, and wrap around.
import type { KernelExports, KernelName } from '../kernel-exports';

/** Tasks that may be published at once, a power of two. */
export const taskCapacity = 256;
/** Doubles of one task: number of the kernel, arguments in use, the argument that is a thread's own scratch or −1, arguments. */
const taskFields = 24;
const firstArgument = 3;

/** Counters lie a cache line apart. */
const published = 0;
const claimed = 16;
const done = 32;
const failed = 48;

/** Shared between the threads of a team. */
export interface TaskMemory {
  readonly counters: Int32Array;
  readonly tasks: Float64Array;
  /** What each task's kernel returned. */
  readonly results: Float64Array;
  /** Where the scratch of the first thread lies, and how far apart those of two neighbours. */
  readonly scratch: Float64Array;
}

export function makeTaskMemory(): TaskMemory {
  const doubles = (count: number): Float64Array => new Float64Array(new SharedArrayBuffer(8 * count));
  return {
    counters: new Int32Array(new SharedArrayBuffer(256)), tasks: doubles(taskCapacity * taskFields), results: doubles(taskCapacity), scratch: doubles(2),
  };
}

type KernelFunction = (...argumentsOf: number[]) => number | undefined;

/** The kernels of a module by number; the same in every thread, since exports have an order. */
export function numberedKernels(exports: KernelExports): readonly KernelFunction[] {
  return Object.values(exports as unknown as Record<string, unknown>).filter((value) => typeof value === 'function') as KernelFunction[];
}

export function kernelNumbers(exports: KernelExports): ReadonlyMap<KernelName, number> {
  const names = Object.entries(exports).filter(([, value]) => typeof value === 'function').map(([name]) => name);
  return new Map(names.map((name, index) => [name as KernelName, index]));
}

/** Publishes one task a piece, all of one kernel. Every task published before must be done. */
export function publish({ counters, tasks }: TaskMemory, kernel: number, pieces: readonly (readonly number[])[], scratchArgument: number): void {
  const first = Atomics.load(counters, published);
  pieces.forEach((piece, index) => {
    const at = ((first + index) & (taskCapacity - 1)) * taskFields;
    tasks[at] = kernel;
    tasks[at + 1] = piece.length;
    tasks[at + 2] = scratchArgument;
    tasks.set(piece, at + firstArgument);
  });
  Atomics.store(counters, published, (first + pieces.length) | 0);
  Atomics.notify(counters, published, pieces.length - 1);
}

/** Runs tasks until none is left to claim. */
export function workOff(memory: TaskMemory, kernels: readonly KernelFunction[], thread: number): void {
  const { counters } = memory;
  for (;;) {
    const ticket = Atomics.load(counters, claimed);
    if (ticket === Atomics.load(counters, published)) return;
    if (Atomics.compareExchange(counters, claimed, ticket, (ticket + 1) | 0) !== ticket) continue;
    runTask(memory, kernels, thread, ticket & (taskCapacity - 1));
    if (((Atomics.add(counters, done, 1) + 1) | 0) === Atomics.load(counters, published)) Atomics.notify(counters, done);
  }
}

function runTask({ counters, tasks, results, scratch }: TaskMemory, kernels: readonly KernelFunction[], thread: number, index: number): void {
  const at = index * taskFields;
  const values = Array.from(tasks.subarray(at + firstArgument, at + firstArgument + tasks[at + 1]!));
  const scratchArgument = tasks[at + 2]!;
  if (scratchArgument >= 0) values[scratchArgument] = scratch[0]! + thread * scratch[1]!;
  try {
    results[index] = kernels[tasks[at]!]!(...values) ?? 0;
  } catch {
    Atomics.store(counters, failed, 1); // a trap must not leave the others waiting; the main thread throws
  }
}

/** Looks at a counter so often before a thread goes to sleep: some microseconds, as long as the gap between two operations. */
const looks = 2000;

/** Sleeps until a task is published that nobody has claimed. For threads beside the main one. */
export function awaitTask({ counters }: TaskMemory): void {
  for (let look = 0; look < looks; look++) if (Atomics.load(counters, published) !== Atomics.load(counters, claimed)) return;
  const seen = Atomics.load(counters, published);
  if (seen === Atomics.load(counters, claimed)) Atomics.wait(counters, published, seen);
}

/** Waits until every published task is done, and gives their results from the first of `count` on. Throws when one of them trapped. */
export function awaitResults({ counters, results }: TaskMemory, count: number): number[] {
  const last = Atomics.load(counters, published);
  for (let look = 0; ; look++) {
    const seen = Atomics.load(counters, done);
    if (seen === last) break;
    if (look >= looks) Atomics.wait(counters, done, seen);
  }
  if (Atomics.exchange(counters, failed, 0) === 1) throw new Error('A kernel read or wrote outside the memory of the wasm backend.');
  return Array.from({ length: count }, (_, index) => results[(last - count + index) & (taskCapacity - 1)]!);
}
