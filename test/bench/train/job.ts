// What a measuring process is asked and answers, as JSON: ours in measure.child.ts, PyTorch's in measure.py.

export interface Job {
  /** A backend of the engine, `onnxruntime` for wasm with its products, `stock` for the wasm backend of tfjs without our kernels, or `pytorch`. */
  readonly backend: string;
  readonly threads: number;
  readonly relaxedSimd: boolean;
  /** A checkpoint in the Hugging Face layout. */
  readonly folder: string;
  readonly batchSize: number;
  readonly length: number;
  readonly steps: number;
}

export interface Measured {
  readonly device: string;
  readonly parameters: number;
  /** Of the first step: equal between backends but for rounding. */
  readonly loss: number;
  /** Wall time of each step: forward, backward, clipping, update. */
  readonly stepMs: readonly number[];
  /** Processor time of each step over all threads, which other programs disturb less. */
  readonly processorMs: readonly number[];
  /** Memory of the process, now and then over the run. */
  readonly memoryBytes: readonly number[];
  readonly peakMemoryBytes: number;
  /** Of the product of two square matrices of 1,024, in 10^9 operations a second. */
  readonly productRate: number;
  /** Milliseconds of a step by operation. */
  readonly operations: Readonly<Record<string, number>>;
}

/** The token at each position of a batch, the same in every process. */
export function tokenAt(position: number, vocabularySize: number): number {
  return (position * 7919 + 13) % vocabularySize;
}
