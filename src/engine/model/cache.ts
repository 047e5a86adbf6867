// Keys and values of the tokens of one sequence so far, kept between forward passes of generation.
// Legend: T new tokens, S all tokens so far, K key/value heads, h head size.
import { clone, concat, dispose, keep, slice, type Tensor3D } from '../tensors';

interface LayerEntry { readonly k_SKh: Tensor3D; readonly v_SKh: Tensor3D }

export class KeyValueCache {
  readonly #layers: LayerEntry[] = [];

  /** Tokens held, between forward passes; during one, the layers done are ahead. */
  get length(): number {
    return this.#layers[0]?.k_SKh.shape[0] ?? 0;
  }

  /** Adds the new tokens of a layer and gives all of them. The cache owns both tensors, also inside a tidy. */
  append(layer: number, k_TKh: Tensor3D, v_TKh: Tensor3D): LayerEntry {
    const before = this.#layers[layer];
    const entry = before === undefined
      ? { k_SKh: keep(clone(k_TKh)), v_SKh: keep(clone(v_TKh)) }
      : { k_SKh: keep(concat([before.k_SKh, k_TKh], 0)), v_SKh: keep(concat([before.v_SKh, v_TKh], 0)) };
    if (before !== undefined) dispose([before.k_SKh, before.v_SKh]);
    this.#layers[layer] = entry;
    return entry;
  }

  /** Forgets the tokens from `length` on. */
  truncate(length: number): void {
    if (length >= this.length) return;
    for (const [layer, { k_SKh, v_SKh }] of this.#layers.entries()) {
      const [, K, h] = k_SKh.shape;
      this.#layers[layer] = { k_SKh: keep(slice(k_SKh, [0, 0, 0], [length, K, h])), v_SKh: keep(slice(v_SKh, [0, 0, 0], [length, K, h])) };
      dispose([k_SKh, v_SKh]);
    }
    if (length === 0) this.dispose();
  }

  dispose(): void {
    for (const entry of this.#layers) dispose([entry.k_SKh, entry.v_SKh]);
    this.#layers.length = 0;
  }
}
