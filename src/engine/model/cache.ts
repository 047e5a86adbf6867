// Keys and values of the tokens of one sequence so far, kept between forward passes of generation.
// Legend: N rows of a pass, S all tokens so far, K key/value heads, h head size.
import { GrowingRows, type Tensor3D } from '../tensors';

interface LayerRows { readonly k: GrowingRows; readonly v: GrowingRows }

export class KeyValueCache {
  #layers: LayerRows[] = [];

  /** Tokens held, between forward passes; during one, the layers done are ahead. */
  get length(): number {
    return this.#layers[0]?.k.length ?? 0;
  }

  get bytes(): number {
    return this.#layers.reduce((sum, { k, v }) => sum + k.bytes + v.bytes, 0);
  }

  /** Adds rows `from` … `from + count` of a pass to a layer and gives all its rows, which are the caller's to dispose. */
  append(layer: number, k_NKh: Tensor3D, v_NKh: Tensor3D, from = 0, count = k_NKh.shape[0] - from): { readonly k_SKh: Tensor3D; readonly v_SKh: Tensor3D } {
    const { k, v } = (this.#layers[layer] ??= { k: new GrowingRows(), v: new GrowingRows() });
    return { k_SKh: k.append(k_NKh, from, count), v_SKh: v.append(v_NKh, from, count) };
  }

  /** Forgets the tokens from `length` on. */
  truncate(length: number): void {
    if (length >= this.length) return;
    for (const { k, v } of this.#layers) {
      k.truncate(length);
      v.truncate(length);
    }
    if (length === 0) this.dispose();
  }

  /** The first tokens in a cache of its own. */
  copy(length: number): KeyValueCache {
    const copy = new KeyValueCache();
    if (length > 0) copy.#layers = this.#layers.map(({ k, v }) => ({ k: k.copy(length), v: v.copy(length) }));
    return copy;
  }

  dispose(): void {
    for (const { k, v } of this.#layers) {
      k.dispose();
      v.dispose();
    }
    this.#layers = [];
  }
}
