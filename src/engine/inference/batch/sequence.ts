// One sequence on its way through the model: what is to be computed of it, and what its owner does with the logits.
import { KeyValueCache, type Model } from '../../model';
import type { ScoredToken } from '../interfaces';
import type { KnownPrefix } from './prefix-store';

/** What the owner of a sequence wants of it. */
export type SequenceWork =
  /** Given the logits after the last token, says the token that follows, or undefined to end. */
  | { readonly kind: 'generate'; readonly next: (logits_V: Float32Array) => number | undefined }
  /** Scores every token after the first, with the `top` most likely at its place. */
  | { readonly kind: 'score'; readonly top: number };

export class Sequence implements KnownPrefix {
  readonly ids: number[];
  cache = new KeyValueCache();
  /** Of what is in the cache. */
  regime: number;
  /** When wanted, of the tokens in the cache and the one after them; the first token has no score. */
  scored: ScoredToken[];
  /** Resolves when the work is done; rejects when it could not be, or was given up. */
  readonly done: Promise<void>;
  #resolve: () => void = () => undefined;
  #reject: (reason: unknown) => void = () => undefined;

  constructor(private readonly model: Model, ids: readonly number[], readonly work: SequenceWork, readonly signal?: AbortSignal) {
    this.ids = [...ids];
    this.regime = this.wantedRegime;
    this.scored = work.kind === 'score' ? [{ id: ids[0]!, logProbability: undefined, top: [] }] : [];
    this.done = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  /** That of its length now; the cache may be of the one before. */
  get wantedRegime(): number {
    return this.model.rotaryRegime(this.ids.length);
  }

  /** Tokens still to go through the model; what follows the last one is not asked when given tokens are scored. */
  get left(): number {
    return (this.work.kind === 'score' ? this.ids.length - 1 : this.ids.length) - this.cache.length;
  }

  /** Starts with what is known of its first `shared` tokens. A row that predicts a token of its own is computed. */
  start({ cache, scored }: KnownPrefix, shared: number): void {
    const { work } = this;
    const length = Math.min(work.kind === 'score' ? shared - 1 : shared, this.left - 1);
    this.cache = cache.copy(length);
    if (work.kind === 'score') this.scored = scored.slice(0, length + 1).map((token) => ({ ...token, top: token.top.slice(0, work.top) }));
  }

  /** Past certain lengths a model may turn all its keys by other frequencies (LongRoPE): what is cached is then of no use. */
  forgetOtherRegime(): void {
    if (this.regime !== this.wantedRegime) this.cache.truncate(0);
    this.regime = this.wantedRegime;
  }

  /** Its cache, which is the caller's now. */
  takeCache(): KeyValueCache {
    const { cache } = this;
    this.cache = new KeyValueCache();
    return cache;
  }

  end(error?: unknown): void {
    this.cache.dispose();
    if (error === undefined) this.#resolve();
    else this.#reject(error);
  }
}
