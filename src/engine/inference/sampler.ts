// Chooses the tokens of one answer: what was said before makes a token less likely, then comes the draw.
import { RandomStream } from '../../base/math/random';
import { sampleToken } from './distribution';
import type { SamplingSettings } from './interfaces';

export class Sampler {
  readonly #random: RandomStream;
  /** Tokens of the answer so far, and how often. */
  readonly #said = new Map<number, number>();

  constructor(private readonly prompt: readonly number[], private readonly settings: SamplingSettings) {
    this.#random = RandomStream.of(settings.seed, 'generate');
  }

  next(logits_V: Float32Array): number {
    const id = sampleToken(this.#penalised(logits_V), this.settings, this.#random);
    this.#said.set(id, (this.#said.get(id) ?? 0) + 1);
    return id;
  }

  /** The repetition penalty as in transformers' RepetitionPenaltyLogitsProcessor: once for each token, whatever its count. */
  #penalised(logits_V: Float32Array): Float32Array {
    const { repetitionPenalty = 1, presencePenalty = 0, frequencyPenalty = 0 } = this.settings;
    if (repetitionPenalty === 1 && presencePenalty === 0 && frequencyPenalty === 0) return logits_V;
    const changed_V = logits_V.slice();
    for (const id of new Set([...this.prompt, ...this.#said.keys()])) {
      const logit = changed_V[id]!;
      changed_V[id] = logit < 0 ? logit * repetitionPenalty : logit / repetitionPenalty;
    }
    for (const [id, count] of this.#said) changed_V[id]! -= presencePenalty + count * frequencyPenalty;
    return changed_V;
  }
}
