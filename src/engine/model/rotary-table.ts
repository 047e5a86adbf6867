// Cosines and sines of the rotary position embedding (Su et al. 2021), computed once for each position and gathered for
// the rows of a batch. Rounded to f32 where transformers' MistralRotaryEmbedding rounds, so that both see equal angles.
// Legend: N rows, h head size, h2 = h/2, P positions.
import { tensor2d, type Tensor2D } from '../tensors';

export class RotaryTable {
  readonly #inverseFrequency_h2: Float32Array;
  #cos_Ph2 = new Float32Array(0);
  #sin_Ph2 = new Float32Array(0);

  constructor(headSize: number, theta: number) {
    this.#inverseFrequency_h2 = Float32Array.from(
      { length: headSize / 2 }, (_, i) => 1 / Math.fround(theta ** Math.fround((2 * i) / headSize)),
    );
  }

  /** Rows of both tables for each position; two new tensors [N, h/2]. */
  gather(positions_N: Int32Array): { cos_Nh2: Tensor2D; sin_Nh2: Tensor2D } {
    const half = this.#inverseFrequency_h2.length;
    this.#grow(positions_N.reduce((largest, position) => Math.max(largest, position), 0) + 1);
    const cos = new Float32Array(positions_N.length * half);
    const sin = new Float32Array(positions_N.length * half);
    positions_N.forEach((position, row) => {
      cos.set(this.#cos_Ph2.subarray(position * half, (position + 1) * half), row * half);
      sin.set(this.#sin_Ph2.subarray(position * half, (position + 1) * half), row * half);
    });
    const shape: [number, number] = [positions_N.length, half];
    return { cos_Nh2: tensor2d(cos, shape), sin_Nh2: tensor2d(sin, shape) };
  }

  #grow(positions: number): void {
    const half = this.#inverseFrequency_h2.length;
    const known = this.#cos_Ph2.length / half;
    if (positions <= known) return;
    const capacity = Math.max(positions, 2 * known);
    const cos = new Float32Array(capacity * half);
    const sin = new Float32Array(capacity * half);
    cos.set(this.#cos_Ph2);
    sin.set(this.#sin_Ph2);
    for (let position = known; position < capacity; position++) {
      for (let i = 0; i < half; i++) {
        const angle = Math.fround(position * this.#inverseFrequency_h2[i]!);
        cos[position * half + i] = Math.cos(angle);
        sin[position * half + i] = Math.sin(angle);
      }
    }
    this.#cos_Ph2 = cos;
    this.#sin_Ph2 = sin;
  }
}
