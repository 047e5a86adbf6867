// NEFTune (arXiv 2310.05914): in training only, the looked-up embeddings of an example of L tokens and D features get
// noise U(−1, 1) · alpha / sqrt(L·D). L is by default the example's own length, also where examples share a row: a packed
// batch gets the noise its examples would get alone. With `padded` it is the length of the padded or packed batch, as in
// transformers' hook. Padding gets no noise, since nothing sees it. Held-out loss and generation never have any.
// Legend: N rows of the batch (examples one after the other, padded), D hidden size.
import { RandomStream, type RandomState } from '../../base/math/random';
import type { Run } from '../../documents/run/schema';
import type { TrainBatch } from './batch';

export type NeftuneSettings = NonNullable<Run['neftune']>;

export interface EmbeddingNoise {
  readonly values_ND: Float32Array;
  /** Mean over the examples of the L2 norm of their noise; about alpha / sqrt(3). */
  readonly meanNorm: number;
  /** Mean over the examples of the bound alpha / sqrt(L·D) the noise is drawn within. */
  readonly meanMagnitude: number;
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
    const { longestRow, exampleLength_N } = batch;
    const values_ND = new Float32Array(exampleLength_N.length * hiddenSize);
    let sumOfNorms = 0;
    let sumOfMagnitudes = 0;
    let examples = 0;
    for (let first = 0; first < exampleLength_N.length;) {
      const exampleLength = exampleLength_N[first]!;
      if (exampleLength === 0) {
        first += 1;
        continue;
      }
      const length = this.settings.lengthMode === 'example' ? exampleLength : longestRow;
      const magnitude = this.settings.alpha / Math.sqrt(length * hiddenSize);
      const end = (first + exampleLength) * hiddenSize;
      let squares = 0;
      for (let i = first * hiddenSize; i < end; i++) {
        const value = Math.fround((this.#stream.uniform() * 2 - 1) * magnitude);
        values_ND[i] = value;
        squares += value * value;
      }
      sumOfNorms += Math.sqrt(squares);
      sumOfMagnitudes += magnitude;
      examples += 1;
      first += exampleLength;
    }
    const mean = (sum: number): number => (examples === 0 ? 0 : sum / examples);
    return { values_ND, meanNorm: mean(sumOfNorms), meanMagnitude: mean(sumOfMagnitudes) };
  }
}
