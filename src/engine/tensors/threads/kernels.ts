// The kernels as operations call them: each shares its work out among the threads of a team, by rows, columns, heads or
// ranges. What would be a sum over threads is a sum over fixed ranges instead, so that results do not depend on their number.
import type { KernelName, Pointer } from '../kernel-exports';
import { cut, cutProduct, fixedRanges, productUnit, type Range } from './cut';
import { mostPieces, type Piece, type Team } from './team';

/** What the split kernels need of the heap. */
export interface KernelHeap {
  readonly team: Team;
  scratch(name: string, bytes: number): Pointer;
  doubles(pointer: Pointer, count: number): Float64Array;
}

const floatBytes = 4;
const doubleBytes = 8;
/** Elements that fill a cache line, so that two threads do not write to one. */
const line = 16;
/** Rows whose gradients by a norm's weight are added up before they go into the sum. */
const normRows = 128;
/** Elements whose squares are added up before they go into the sum. */
const squares = 2 ** 18;
/** Pieces a thread gets of a long operation: the faster one takes what the slower has not begun. */
const piecesPerThread = 2;

export class Kernels {
  /** Least work worth a piece, in nanoseconds of one thread: some times what handing it over costs. */
  nanosecondsPerPiece = 30_000;

  constructor(private readonly heap: KernelHeap) {}

  #pieces(nanoseconds: number): number {
    const { threads } = this.heap.team;
    return threads === 1 ? 1 : Math.max(1, Math.min(threads * piecesPerThread, Math.floor(nanoseconds / this.nanosecondsPerPiece)));
  }

  /** Ranges of rows of `size` elements each, when an element takes so many nanoseconds. */
  #rows(rows: number, size: number, nanosecondsPerElement: number, unit = 1): Range[] {
    return cut(rows, this.#pieces(rows * size * nanosecondsPerElement), unit);
  }

  /** C [m, n] = or += A [m, k] · B [k, n], any strides; rows of C lie `columnsOfC` apart. */
  gemm(
    a: Pointer, aRowStride: number, aColumnStride: number, b: Pointer, bRowStride: number, bColumnStride: number,
    c: Pointer, columnsOfC: number, m: number, n: number, k: number, accumulate: boolean,
  ): void {
    const grid = cutProduct(m, n, this.#pieces((m * n * k) / 24));
    const columns = cut(n, grid.columns, productUnit.columns);
    const pieces = cut(m, grid.rows, productUnit.rows).flatMap((i) => columns.map((j): Piece<'gemm'> => [
      a + floatBytes * i.from * aRowStride, aRowStride, aColumnStride, b + floatBytes * j.from * bColumnStride, bRowStride, bColumnStride,
      c + floatBytes * (i.from * columnsOfC + j.from), columnsOfC, i.count, j.count, k, accumulate ? 1 : 0, 0,
    ]));
    this.heap.team.run('gemm', pieces, { argument: 12, bytes: this.heap.team.exports.gemmScratchBytes() });
  }

  /** y [rows, outputs] = x [rows, inputs] · weight [outputs, inputs]ᵀ, for few rows. */
  linearFewRows(x: Pointer, weight: Pointer, y: Pointer, rows: number, outputs: number, inputs: number): void {
    this.heap.team.run('linearFewRows', this.#rows(outputs, rows * inputs, 0.04, line).map(({ from, count }) =>
      [x, weight + floatBytes * from * inputs, y + floatBytes * from, outputs, rows, count, inputs]));
  }

  attention(
    q: Pointer, k: Pointer, v: Pointer, firstKey: Pointer, y: Pointer,
    batch: number, queries: number, keys: number, heads: number, keyValueHeads: number, size: number, scale: number,
  ): void {
    const units = batch * keyValueHeads;
    const pieces = this.#pieces((queries * batch * heads * keys * size) / 20);
    const ofUnits = cut(units, pieces, 1);
    const ofQueries = cut(queries, Math.floor(pieces / ofUnits.length), attentionQueries);
    this.heap.team.run('attention', ofUnits.flatMap((unit) => ofQueries.map((query): Piece<'attention'> => [
      q, k, v, firstKey, y, queries, keys, heads, keyValueHeads, size, scale,
      unit.from, unit.from + unit.count, query.from, query.from + query.count, 0,
    ])), { argument: 15, bytes: this.heap.team.exports.attentionScratchBytes(queries, keys, size) });
  }

  attentionGradient(
    q: Pointer, k: Pointer, v: Pointer, firstKey: Pointer, dy: Pointer, dq: Pointer, dk: Pointer, dv: Pointer,
    batch: number, queries: number, keys: number, heads: number, keyValueHeads: number, size: number, scale: number,
  ): void {
    const pieces = this.#pieces((queries * batch * heads * keys * size) / 8);
    this.heap.team.run('attentionGradient', cut(batch * keyValueHeads, pieces, 1).map(({ from, count }) =>
      [q, k, v, firstKey, dy, dq, dk, dv, queries, keys, heads, keyValueHeads, size, scale, from, from + count, 0]),
    { argument: 16, bytes: this.heap.team.exports.attentionGradientScratchBytes(queries, keys, size) });
  }

  /** Σ −log softmax(logits)[target] over rows with a target ≥ 0, in doubles and in the order of the rows. */
  crossEntropy(logits: Pointer, targets: Pointer, normaliser: Pointer, rows: number, size: number): number {
    const loss = this.heap.scratch('losses', rows * doubleBytes);
    this.heap.team.run('crossEntropy', this.#rows(rows, size, 0.6).map(({ from, count }) => [
      logits + floatBytes * from * size, targets + floatBytes * from, normaliser + floatBytes * from, loss + doubleBytes * from, count, size,
    ]));
    return this.heap.doubles(loss, rows).reduce((sum, own) => sum + own, 0);
  }

  crossEntropyGradient(
    logits: Pointer, targets: Pointer, normaliser: Pointer, dLoss: Pointer, dLogits: Pointer, rows: number, size: number, scale: number,
  ): void {
    this.heap.team.run('crossEntropyGradient', this.#rows(rows, size, 0.6).map(({ from, count }) => [
      logits + floatBytes * from * size, targets + floatBytes * from, normaliser + floatBytes * from, dLoss,
      dLogits + floatBytes * from * size, count, size, scale,
    ]));
  }

  logLikelihoods(logits: Pointer, targets: Pointer, likelihood: Pointer, isGreedy: Pointer, rows: number, size: number): void {
    this.heap.team.run('logLikelihoods', this.#rows(rows, size, 0.6).map(({ from, count }) => [
      logits + floatBytes * from * size, targets + floatBytes * from, likelihood + doubleBytes * from, isGreedy + from, count, size,
    ]));
  }

  /** Gives −1, or the first row whose id is outside the vocabulary. */
  gatherRows(weight: Pointer, ids: Pointer, x: Pointer, rows: number, vocabularySize: number, size: number): number {
    const ranges = this.#rows(rows, size, 0.15);
    const bad = this.heap.team.run('gatherRows', ranges.map(({ from, count }) =>
      [weight, ids + floatBytes * from, x + floatBytes * from * size, count, vocabularySize, size]));
    const first = bad.findIndex((row) => row >= 0);
    return first < 0 ? -1 : ranges[first]!.from + bad[first]!;
  }

  scatterAddRows(dx: Pointer, ids: Pointer, dWeight: Pointer, rows: number, vocabularySize: number, size: number, frozenId: number): void {
    const ranges = cut(vocabularySize, this.#pieces((rows + vocabularySize) * size * 0.15), 1);
    this.heap.team.run('scatterAddRows', ranges.map(({ from, count }) => [dx, ids, dWeight, rows, from, count, size, frozenId]));
  }

  rmsNorm(x: Pointer, weight: Pointer, y: Pointer, rows: number, size: number, epsilon: number): void {
    this.heap.team.run('rmsNorm', this.#rows(rows, size, 0.3).map(({ from, count }) =>
      [x + floatBytes * from * size, weight, y + floatBytes * from * size, count, size, epsilon]));
  }

  rmsNormGradient(x: Pointer, weight: Pointer, dy: Pointer, dx: Pointer, dWeight: Pointer, rows: number, size: number, epsilon: number): void {
    const ranges = fixedRanges(rows, normRows, mostPieces);
    const sums = ranges.length === 1 ? dWeight : this.heap.scratch('norm gradients', ranges.length * size * floatBytes);
    this.#runFixed('rmsNormGradient', rows * size * 0.7, ranges.map(({ from, count }, index) => {
      const at = floatBytes * from * size;
      return [x + at, weight, dy + at, dx + at, sums + floatBytes * index * size, count, size, epsilon];
    }));
    if (ranges.length > 1) this.heap.team.exports.sumOfRows(sums, dWeight, ranges.length, size, size);
  }

  rope(x: Pointer, cos: Pointer, sin: Pointer, y: Pointer, rows: number, heads: number, half: number, direction: 1 | -1): void {
    const size = heads * 2 * half;
    this.heap.team.run('rope', this.#rows(rows, size, 0.3).map(({ from, count }) => {
      const angle = floatBytes * from * half;
      return [x + floatBytes * from * size, cos + angle, sin + angle, y + floatBytes * from * size, count, heads, half, direction];
    }));
  }

  addToRows(y: Pointer, bias: Pointer, rows: number, size: number): void {
    this.heap.team.run('addToRows', this.#rows(rows, size, 0.2).map(({ from, count }) => [y + floatBytes * from * size, bias, count, size]));
  }

  /** sum [size] = the rows of x, added in their order. */
  sumOfRows(x: Pointer, sum: Pointer, rows: number, size: number): void {
    this.heap.team.run('sumOfRows', this.#rows(size, rows, 0.2, line).map(({ from, count }) =>
      [x + floatBytes * from, sum + floatBytes * from, rows, size, count]));
  }

  combineRows(x: Pointer, weight: Pointer, rowOf: Pointer, y: Pointer, assignments: number, rows: number, size: number): void {
    const ranges = cut(rows, this.#pieces(assignments * size * 0.2), 1);
    this.heap.team.run('combineRows', ranges.map(({ from, count }) => [x, weight, rowOf, y, assignments, from, count, size]));
  }

  combineRowsGradient(
    x: Pointer, weight: Pointer, rowOf: Pointer, dy: Pointer, dx: Pointer, dWeight: Pointer, assignments: number, size: number,
  ): void {
    this.heap.team.run('combineRowsGradient', this.#rows(assignments, size, 0.3, line).map(({ from, count }) => {
      const [of, at] = [floatBytes * from, floatBytes * from * size];
      return [x + at, weight + of, rowOf + of, dy, dx + at, dWeight + of, count, size];
    }));
  }

  swiglu(gate: Pointer, up: Pointer, y: Pointer, count: number): void {
    this.heap.team.run('swiglu', this.#elements(count, 0.5).map(({ at, length }) => [gate + at, up + at, y + at, length]));
  }

  swigluGradient(gate: Pointer, up: Pointer, dy: Pointer, dGate: Pointer, dUp: Pointer, count: number): void {
    this.heap.team.run('swigluGradient', this.#elements(count, 0.8).map(({ at, length }) =>
      [gate + at, up + at, dy + at, dGate + at, dUp + at, length]));
  }

  adamw(
    parameter: Pointer, gradient: Pointer, firstMoment: Pointer, secondMoment: Pointer, count: number,
    ...settings: [number, number, number, number, number, number, number, number, number]
  ): void {
    this.heap.team.run('adamw', this.#elements(count, 0.8).map(({ at, length }): Piece<'adamw'> =>
      [parameter + at, gradient + at, firstMoment + at, secondMoment + at, length, ...settings]));
  }

  add(x: Pointer, y: Pointer, sum: Pointer, count: number): void {
    this.heap.team.run('add', this.#elements(count, 0.3).map(({ at, length }) => [x + at, y + at, sum + at, length]));
  }

  addInPlace(accumulator: Pointer, x: Pointer, count: number): void {
    this.heap.team.run('addInPlace', this.#elements(count, 0.2).map(({ at, length }) => [accumulator + at, x + at, length]));
  }

  /** Σ x² in doubles. */
  sumOfSquares(x: Pointer, count: number): number {
    const ranges = fixedRanges(count, squares, mostPieces);
    const pieces = ranges.map(({ from, count: length }): Piece<'sumOfSquares'> => [x + floatBytes * from, length]);
    return this.#runFixed('sumOfSquares', count * 0.2, pieces).reduce((sum, own) => sum + own, 0);
  }

  /** Runs pieces that are what they are whatever the threads; on one of them when there is little to do. */
  #runFixed<Name extends KernelName>(name: Name, nanoseconds: number, pieces: readonly Piece<Name>[]): number[] {
    return this.#pieces(nanoseconds) === 1 ? this.heap.team.runAlone(name, pieces) : this.heap.team.run(name, pieces);
  }

  /** Ranges of a flat array, their first in bytes. */
  #elements(count: number, nanosecondsPerElement: number): { readonly at: number; readonly length: number }[] {
    return this.#rows(count, 1, nanosecondsPerElement, line).map(({ from, count: length }) => ({ at: floatBytes * from, length }));
  }
}

/** Queries of attention are cut at multiples of this: whole bands. */
const attentionQueries = 20;
