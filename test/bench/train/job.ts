// What a measuring process is asked and answers, a line of JSON each: ours in measure.child.ts, PyTorch's in measure.py.
// It says `Started` when its model is there, then reads a number of steps, takes them and says their times, again and again,
// so that several processes can take turns; when its input ends it says `Finished`.

export interface Job {
  /** A backend of the engine, `onnxruntime` for wasm with its products, `stock` for the wasm backend of tfjs without our kernels, or `pytorch`. */
  readonly backend: string;
  readonly threads: number;
  readonly relaxedSimd: boolean;
  /** A checkpoint in the Hugging Face layout. */
  readonly folder: string;
  readonly batchSize: number;
  readonly length: number;
}

export interface Started {
  readonly device: string;
  readonly parameters: number;
  /** Of the product of two square matrices of 1,024, in 10^9 operations a second. */
  readonly productRate: number;
}

/** Times of each step of a turn: forward, backward, clipping, update. */
export interface Turn {
  readonly wallMs: readonly number[];
  /** Of the processor over all threads, which other programs disturb less. */
  readonly processorMs: readonly number[];
  /** Memory of the process after the turn. */
  readonly memoryBytes: number;
}

export interface Finished {
  /** Of the first step: equal between backends but for rounding. */
  readonly loss: number;
  readonly peakMemoryBytes: number;
  /** Milliseconds of a step by operation. */
  readonly operations: Readonly<Record<string, number>>;
}

/** The token at each position of a batch, the same in every process. */
export function tokenAt(position: number, vocabularySize: number): number {
  return (position * 7919 + 13) % vocabularySize;
}
