// What kernels.wasm exports, typed by hand after kernels/index.ts. A Pointer is a byte offset into the tfjs heap;
// strides and sizes count elements. Operations call them through `Kernels`, which shares each out among threads.

export type Pointer = number;

/** Booleans of a kernel are 0 or 1. */
export type Flag = 0 | 1;

export interface KernelExports {
  gemmScratchBytes(): number;
  gemm(
    a: Pointer, aRowStride: number, aColumnStride: number, b: Pointer, bRowStride: number, bColumnStride: number,
    c: Pointer, columnsOfC: number, m: number, n: number, k: number, accumulate: Flag, scratch: Pointer,
  ): void;
  linearFewRows(x: Pointer, weight: Pointer, y: Pointer, columnsOfY: number, rows: number, outputs: number, inputs: number): void;

  attentionScratchBytes(queries: number, keys: number, size: number): number;
  attention(
    q: Pointer, k: Pointer, v: Pointer, firstKey: Pointer, y: Pointer,
    queries: number, keys: number, heads: number, keyValueHeads: number, size: number, scale: number,
    unitFrom: number, unitTo: number, queryFrom: number, queryTo: number, scratch: Pointer,
  ): void;
  attentionGradientScratchBytes(queries: number, keys: number, size: number): number;
  attentionGradient(
    q: Pointer, k: Pointer, v: Pointer, firstKey: Pointer, dy: Pointer, dq: Pointer, dk: Pointer, dv: Pointer,
    queries: number, keys: number, heads: number, keyValueHeads: number, size: number, scale: number,
    unitFrom: number, unitTo: number, scratch: Pointer,
  ): void;

  crossEntropy(logits: Pointer, targets: Pointer, normaliser: Pointer, loss: Pointer, rows: number, vocabularySize: number): void;
  crossEntropyGradient(
    logits: Pointer, targets: Pointer, normaliser: Pointer, dLoss: Pointer, dLogits: Pointer,
    rows: number, vocabularySize: number, scale: number,
  ): void;
  logLikelihoods(
    logits: Pointer, targets: Pointer, likelihood: Pointer, isGreedy: Pointer, rows: number, vocabularySize: number,
  ): void;

  gatherRows(weight: Pointer, ids: Pointer, x: Pointer, rows: number, vocabularySize: number, size: number): number;
  scatterAddRows(dx: Pointer, ids: Pointer, dWeight: Pointer, rows: number, firstId: number, count: number, size: number, frozenId: number): void;

  rmsNorm(x: Pointer, weight: Pointer, y: Pointer, rows: number, size: number, epsilon: number): void;
  rmsNormGradient(
    x: Pointer, weight: Pointer, dy: Pointer, dx: Pointer, dWeight: Pointer, rows: number, size: number, epsilon: number,
  ): void;
  rope(x: Pointer, cos: Pointer, sin: Pointer, y: Pointer, rows: number, heads: number, half: number, direction: 1 | -1): void;
  addToRows(y: Pointer, bias: Pointer, rows: number, size: number): void;
  sumOfRows(x: Pointer, sum: Pointer, rows: number, size: number, count: number): void;
  combineRows(
    x: Pointer, weight: Pointer, rowOf: Pointer, y: Pointer, assignments: number, firstRow: number, count: number, size: number,
  ): void;
  combineRowsGradient(
    x: Pointer, weight: Pointer, rowOf: Pointer, dy: Pointer, dx: Pointer, dWeight: Pointer, assignments: number, size: number,
  ): void;
  swiglu(gate: Pointer, up: Pointer, y: Pointer, count: number): void;
  swigluGradient(gate: Pointer, up: Pointer, dy: Pointer, dGate: Pointer, dUp: Pointer, count: number): void;

  adamw(
    parameter: Pointer, gradient: Pointer, firstMoment: Pointer, secondMoment: Pointer, count: number,
    gradientScale: number, beta1: number, oneMinusBeta1: number, beta2: number, oneMinusBeta2: number,
    keep: number, stepSize: number, inverseRootCorrection2: number, epsilon: number,
  ): void;
  add(x: Pointer, y: Pointer, sum: Pointer, count: number): void;
  addInPlace(accumulator: Pointer, x: Pointer, count: number): void;
  sumOfSquares(x: Pointer, count: number): number;
}

/** A kernel that only computes: what a thread can be given a piece of. */
export type KernelName = Exclude<keyof KernelExports, `${string}ScratchBytes`>;
