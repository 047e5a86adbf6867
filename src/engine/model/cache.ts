// Keys and values of the tokens of one sequence so far, kept between forward passes of generation.
import { GrowingRows } from '../tensors';

export interface LayerRows { readonly k: GrowingRows; readonly v: GrowingRows }

export class KeyValueCache {
  #layers: LayerRows[] = [];

  /** Tokens held, between forward passes; during one, the layers done are ahead. */
  get length(): number {
    return this.#layers[0]?.k.length ?? 0;
  }

  get bytes(): number {
    return this.#layers.reduce((sum, { k, v }) => sum + k.bytes + v.bytes, 0);
  }

  /** Keys and values of a layer, to which a pass adds. */
  layer(layer: number): LayerRows {
    return (this.#layers[layer] ??= { k: new GrowingRows(), v: new GrowingRows() });
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

  /** The first tokens in a cache of its own, with room for `capacity` tokens. */
  copy(length: number, capacity = length): KeyValueCache {
    const copy = new KeyValueCache();
    if (length > 0) copy.#layers = this.#layers.map(({ k, v }) => ({ k: k.copy(length, capacity), v: v.copy(length, capacity) }));
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
