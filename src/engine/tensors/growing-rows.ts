// A tensor that grows by rows: what a key/value cache is made of. On the wasm heap rows are written where they belong and
// a tensor of the rows so far is a view, so that a token more costs a token, not a copy of all before it.
// Legend: T new rows, S rows so far, K key/value heads, h head size.
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor3D } from '@tensorflow/tfjs-core';
import { wasmHeap } from './heap';
import type { WasmHeap } from './heap';

const fewestRows = 64;
const bytesPerNumber = 4;

export class GrowingRows {
  /** On the heap it holds more rows than are in use; elsewhere exactly those. */
  #store_CKh: Tensor3D | undefined;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** Of memory, in use or kept for rows to come. */
  get bytes(): number {
    return (this.#store_CKh?.size ?? 0) * bytesPerNumber;
  }

  /** What holds the rows: on the heap with room for more. */
  get store(): Tensor3D {
    if (this.#store_CKh === undefined) throw new Error('There are no rows yet.');
    return this.#store_CKh;
  }

  /** Adds rows `from` … `from + count` of x; `capacity` is how many rows are known to come in all. */
  extend(x_NKh: Tensor3D, from: number, count: number, capacity = 0): void {
    const heap = wasmHeap();
    if (heap === undefined) this.#extendByCopy(x_NKh, from, count);
    else this.#extendInPlace(heap, x_NKh, from, count, capacity);
    this.#length += count;
  }

  /** All rows so far, the caller's to dispose; valid until the next are added. */
  rows(): Tensor3D {
    const { store } = this;
    const [, K, h] = store.shape;
    return (wasmHeap()?.leading(store, [this.#length, K, h]) ?? tf.clone(store)) as Tensor3D;
  }

  truncate(length: number): void {
    if (length >= this.#length) return;
    if (wasmHeap() === undefined) this.#replace(tf.slice(this.#store_CKh!, [0, 0, 0], [length, -1, -1]));
    this.#length = length;
    if (length === 0) this.dispose();
  }

  /** A copy of the first rows that grows by itself, with room for `capacity`. */
  copy(length: number, capacity = length): GrowingRows {
    const copy = new GrowingRows();
    if (length === 0) return copy;
    const rows = this.rows();
    copy.extend(rows, 0, length, capacity);
    rows.dispose();
    return copy;
  }

  dispose(): void {
    this.#store_CKh?.dispose();
    this.#store_CKh = undefined;
    this.#length = 0;
  }

  #extendInPlace(heap: WasmHeap, x_NKh: Tensor3D, from: number, count: number, known: number): void {
    const [, K, h] = x_NKh.shape;
    const needed = this.#length + count;
    const row = K * h * bytesPerNumber;
    const old = this.#store_CKh;
    if (old === undefined || old.shape[0] < needed) {
      const capacity = Math.max(fewestRows, needed, known, old === undefined ? 0 : Math.ceil(1.5 * this.#length));
      const grown = heap.output([capacity, K, h]) as Tensor3D;
      if (old !== undefined) heap.copy(heap.pointer(old), heap.pointer(grown), this.#length * row);
      this.#replace(grown);
    }
    heap.copy(heap.pointer(x_NKh) + from * row, heap.pointer(this.#store_CKh!) + this.#length * row, count * row);
  }

  #extendByCopy(x_NKh: Tensor3D, from: number, count: number): void {
    const added = tf.slice(x_NKh, [from, 0, 0], [count, -1, -1]);
    const old = this.#store_CKh;
    this.#replace(old === undefined ? tf.clone(added) : tf.concat([old, added], 0));
    added.dispose();
  }

  /** Kept, also when made inside a tidy. */
  #replace(store: Tensor3D): void {
    this.#store_CKh?.dispose();
    this.#store_CKh = tf.keep(store);
  }
}
