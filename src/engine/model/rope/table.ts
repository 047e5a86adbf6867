// Cosines and sines of the rotary position embedding (Su et al. 2021), computed once for each position and gathered for
// the rows of a batch. Where frequencies depend on the length of the sequence there is a table for each set of them.
// Legend: N rows, h head size, h2 = h/2, P positions.
import { tensor2d, type Tensor2D } from '../../tensors';
import { rotaryFrequencies, type RopeShape, type RotaryFrequencies } from './frequencies';
import { rotaryRegime } from './scaling';

/** A sequence beyond a dynamic model's positions has its own frequencies; those of a few lengths are kept. */
const mostTables = 8;

export class RotaryTable {
  readonly #tables = new Map<number, FrequencyTable>();

  constructor(private readonly shape: RopeShape) {}

  /** Whether frequencies depend on the length of the sequence. */
  get dependsOnLength(): boolean {
    return this.shape.ropeScaling?.kind === 'dynamic' || this.shape.ropeScaling?.kind === 'longrope';
  }

  /** Sequences of lengths with equal regime share their frequencies. */
  regime(sequenceLength: number): number {
    return rotaryRegime(this.shape.ropeScaling, this.shape.maxPositions, sequenceLength);
  }

  /** Rows of both tables for each position, of a sequence of `lengthOf(row)` tokens; two new tensors [N, h/2]. */
  gather(positions_N: Int32Array, lengthOf: (row: number) => number): { cos_Nh2: Tensor2D; sin_Nh2: Tensor2D } {
    const half = this.shape.headSize / 2;
    const cos = new Float32Array(positions_N.length * half);
    const sin = new Float32Array(positions_N.length * half);
    const positions = positions_N.reduce((largest, position) => Math.max(largest, position), 0) + 1;
    positions_N.forEach((position, row) => {
      const table = this.#tableOf(lengthOf(row));
      table.grow(positions);
      cos.set(table.cos_Ph2.subarray(position * half, (position + 1) * half), row * half);
      sin.set(table.sin_Ph2.subarray(position * half, (position + 1) * half), row * half);
    });
    const shape: [number, number] = [positions_N.length, half];
    return { cos_Nh2: tensor2d(cos, shape), sin_Nh2: tensor2d(sin, shape) };
  }

  #tableOf(sequenceLength: number): FrequencyTable {
    const regime = this.regime(sequenceLength);
    const known = this.#tables.get(regime);
    if (known !== undefined) return known;
    if (this.#tables.size >= mostTables) this.#tables.clear();
    const made = new FrequencyTable(rotaryFrequencies(this.shape, sequenceLength));
    this.#tables.set(regime, made);
    return made;
  }
}

class FrequencyTable {
  cos_Ph2 = new Float32Array(0);
  sin_Ph2 = new Float32Array(0);

  constructor(private readonly frequencies: RotaryFrequencies) {}

  /** Makes the table hold at least the first `positions` positions. */
  grow(positions: number): void {
    const { inverse_h2, attentionFactor } = this.frequencies;
    const half = inverse_h2.length;
    const known = this.cos_Ph2.length / half;
    if (positions <= known) return;
    const capacity = Math.max(positions, 2 * known);
    const cos = new Float32Array(capacity * half);
    const sin = new Float32Array(capacity * half);
    cos.set(this.cos_Ph2);
    sin.set(this.sin_Ph2);
    for (let position = known; position < capacity; position++) {
      for (let i = 0; i < half; i++) {
        const angle = Math.fround(position * inverse_h2[i]!);
        cos[position * half + i] = attentionFactor * Math.fround(Math.cos(angle));
        sin[position * half + i] = attentionFactor * Math.fround(Math.sin(angle));
      }
    }
    this.cos_Ph2 = cos;
    this.sin_Ph2 = sin;
  }
}
