// The threads that compute one operation together: the caller and its helpers, over one memory. The caller waits for the
// last piece, so to whoever calls it an operation is what it is on one thread.
import { Worker } from 'node:worker_threads';
import { engineAsset } from '../../parts/assets';
import { instantiateKernels, type KernelModule, type SharedMemory } from '../instantiate';
import type { KernelExports, KernelName, Pointer } from '../kernel-exports';
import { awaitResults, kernelNumbers, makeTaskMemory, numberedKernels, publish, taskCapacity, workOff, type TaskMemory } from './tasks';

/** What a helper is given. */
export interface TeamMember {
  readonly module: KernelModule;
  readonly memory: SharedMemory;
  readonly tasks: TaskMemory;
  /** The caller is 0. */
  readonly thread: number;
}

/** A kernel that needs scratch: which argument it is, and how large. */
export interface ScratchNeed { readonly argument: number; readonly bytes: number }

/** One call of a kernel: its arguments in order; the scratch argument is any number. */
export type Piece<Name extends KernelName> = Parameters<KernelExports[Name]>;

export class Team {
  readonly exports: KernelExports;
  readonly #functions: ReturnType<typeof numberedKernels>;
  readonly #numbers: ReadonlyMap<KernelName, number>;
  readonly #tasks = makeTaskMemory();
  readonly #helpers: readonly Worker[];

  /**
   * Starts the helpers, which need some milliseconds, in which the caller does their work.
   * @param relaxedSimd what the module was built with.
   * @param takeScratch gives this many bytes of the memory, for use until it is asked again.
   */
  constructor(module: KernelModule, memory: SharedMemory, readonly threads: number, readonly relaxedSimd: boolean, private readonly takeScratch: (bytes: number) => Pointer) {
    this.exports = instantiateKernels(module, memory);
    this.#functions = numberedKernels(this.exports);
    this.#numbers = kernelNumbers(this.exports);
    this.#helpers = Array.from({ length: threads - 1 }, (_, index) => startHelper({ module, memory, tasks: this.#tasks, thread: index + 1 }));
  }

  /** Ends the helpers; nothing may run on the team afterwards. */
  end(): void {
    for (const helper of this.#helpers) void helper.terminate();
  }

  /** Runs all pieces of one kernel, at most `mostPieces`, and gives what each returned. */
  run<Name extends KernelName>(name: Name, pieces: readonly Piece<Name>[], scratch?: ScratchNeed): number[] {
    if (this.threads === 1 || pieces.length === 1) return this.runAlone(name, pieces, scratch);
    if (pieces.length > mostPieces) throw new Error(`${name} was cut in ${pieces.length} pieces; at most ${mostPieces} fit.`);
    if (scratch !== undefined) this.#layOutScratch(scratch.bytes, this.threads);
    publish(this.#tasks, this.#numbers.get(name)!, pieces, scratch?.argument ?? -1);
    workOff(this.#tasks, this.#functions, 0);
    return awaitResults(this.#tasks, pieces.length);
  }

  /** The same in the caller only, for little work. */
  runAlone<Name extends KernelName>(name: Name, pieces: readonly Piece<Name>[], scratch?: ScratchNeed): number[] {
    if (scratch !== undefined) this.#layOutScratch(scratch.bytes, 1);
    const kernel = this.#functions[this.#numbers.get(name)!]!;
    return pieces.map((piece) => {
      const values = piece as number[];
      if (scratch !== undefined) values[scratch.argument] = this.#tasks.scratch[0]!;
      return kernel(...values) ?? 0;
    });
  }

  #layOutScratch(bytes: number, threads: number): void {
    const stride = Math.ceil(bytes / 64) * 64;
    this.#tasks.scratch[0] = this.takeScratch(stride * threads);
    this.#tasks.scratch[1] = stride;
  }
}

function startHelper(member: TeamMember): Worker {
  const helper = new Worker(engineAsset('kernel-worker.mjs'), {
    workerData: member, execArgv: [], env: {}, name: `kernels ${member.thread}`, resourceLimits: { maxOldGenerationSizeMb: 32 },
  });
  helper.unref();
  return helper;
}

export const mostPieces = taskCapacity;
