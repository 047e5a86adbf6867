// NEFTune (arXiv 2310.05914): in training only, the looked-up embeddings of an example of L tokens and D features get
// noise U(−1, 1) · alpha / sqrt(L·D). Differs from transformers' hook in that L is by default the example's own length,
// not that of the padded or packed batch, and that padding gets no noise (nothing sees it).
// Legend: N rows of the batch (examples one after the other, padded), D hidden size.
import { RandomStream, type RandomState } from '../../base/math/random';
import type { Run } from '../../documents/run/schema';
import type { TrainBatch } from './batch';

export type NeftuneSettings = NonNullable<Run['neftune']>;

export interface EmbeddingNoise {
  readonly values_ND: Float32Array;
  /** Mean over the examples of the L2 norm of their noise; about alpha / sqrt(3). */
  readonly meanNorm: number;
}

export class NeftuneNoise {
  readonly #stream: RandomStream;

  /** @param state of an earlier run's stream; a fresh stream of the seed when left out. */
  constructor(readonly settings: NeftuneSettings, seed: number, state?: RandomState) {
    this.#stream = state === undefined ? RandomStream.of(seed, 'neftune') : RandomStream.fromState(state);
  }

  state(): RandomState {
    return this.#stream.state();
  }

  draw(batch: TrainBatch, hiddenSize: number): EmbeddingNoise {
    const { rows, exampleLength_N } = batch;
    const values_ND = new Float32Array(exampleLength_N.length * hiddenSize);
    let sumOfNorms = 0;
    let examples = 0;
    for (let first = 0; first < exampleLength_N.length;) {
      const exampleLength = exampleLength_N[first]!;
      if (exampleLength === 0) {
        first += 1;
        continue;
      }
      const length = this.settings.lengthMode === 'example' ? exampleLength : rows.length;
      const magnitude = this.settings.alpha / Math.sqrt(length * hiddenSize);
      const end = (first + exampleLength) * hiddenSize;
      let squares = 0;
      for (let i = first * hiddenSize; i < end; i++) {
        const value = Math.fround((this.#stream.uniform() * 2 - 1) * magnitude);
        values_ND[i] = value;
        squares += value * value;
      }
      sumOfNorms += Math.sqrt(squares);
      examples += 1;
      first += exampleLength;
    }
    return { values_ND, meanNorm: examples === 0 ? 0 : sumOfNorms / examples };
  }
}
