// Continuous batching (Yu et al. 2022, Orca): every forward pass holds the next token of each generation under way and
// pieces of the prompts that came in, so that requests share the reading of the weights and none waits for another's end.
import { Stopped } from '../../../base/errors/problem';
import type { Model } from '../../model';
import { tidy } from '../../tensors';
import { breathe } from '../cooperate';
import type { ScoredToken } from '../interfaces';
import { sharedLength } from '../likelihood-plan';
import { tellSequences, type PassRows } from './logits';
import { fewestSharedTokens, longestPrefix, PrefixStore } from './prefix-store';
import { Sequence } from './sequence';

export interface BatcherLimits {
  /** Sequences in one pass. */
  readonly mostSequences?: number;
  /** Of keys and values kept of sequences that are done; nothing is kept, nor shared, when left out. */
  readonly prefixBytes?: number;
}

/** Tokens of a pass: a long prompt goes in pieces, so that it can be stopped in between and does not hold up the others. */
const tokensPerPass = 512;

export class Batcher {
  readonly #waiting: Sequence[] = [];
  readonly #active: Sequence[] = [];
  readonly #mostSequences: number;
  readonly #prefixes: PrefixStore | undefined;
  #running = false;

  constructor(private readonly model: Model, { mostSequences = 16, prefixBytes }: BatcherLimits = {}) {
    this.#mostSequences = mostSequences;
    this.#prefixes = prefixBytes === undefined ? undefined : new PrefixStore(prefixBytes);
  }

  /** Calls `next` with the logits after the last token, and again after each token it says, until it says none. */
  async generate(ids: readonly number[], next: (logits_V: Float32Array) => number | undefined, signal?: AbortSignal): Promise<void> {
    await this.#run(new Sequence(this.model, ids, { kind: 'generate', next }, signal));
  }

  /** Every token after those before it, with the `top` most likely at its place; the first token has no score. */
  async score(ids: readonly number[], top: number, signal?: AbortSignal): Promise<readonly ScoredToken[]> {
    const sequence = new Sequence(this.model, ids, { kind: 'score', top }, signal);
    if (sequence.left > 0) await this.#run(sequence);
    return sequence.scored;
  }

  /** Frees what is kept of earlier sequences. */
  dispose(): void {
    this.#prefixes?.clear();
  }

  async #run(sequence: Sequence): Promise<void> {
    this.#waiting.push(sequence);
    if (!this.#running) void this.#serve();
    await sequence.done;
  }

  async #serve(): Promise<void> {
    this.#running = true;
    do {
      await breathe(undefined);
      this.#giveUpAborted();
      this.#admit();
      try {
        if (this.#active.length > 0) this.#pass();
      } catch (error) {
        // Their caches may be half written: all in this pass are told, and the next ones start afresh.
        for (const sequence of this.#active.splice(0)) sequence.end(error);
        this.#prefixes?.clear();
      }
    } while (this.#active.length > 0 || this.#waiting.length > 0);
    this.#running = false;
  }

  #giveUpAborted(): void {
    for (const list of [this.#waiting, this.#active]) {
      for (const sequence of list.filter(({ signal }) => signal?.aborted === true)) {
        remove(list, sequence);
        const reason: unknown = sequence.signal?.reason;
        sequence.end(reason instanceof Stopped ? reason : new Stopped());
      }
    }
  }

  /** Lets sequences in, in the order they came, each with what is known of its beginning. */
  #admit(): void {
    for (const sequence of [...this.#waiting]) {
      if (this.#active.length >= this.#mostSequences) return;
      if (this.#prefixes) {
        const known = longestPrefix([...this.#prefixes.entries, ...this.#active], sequence.ids, sequence.wantedRegime, sequence.work.kind === 'score' ? sequence.work.top : undefined);
        if (this.#active.some((other) => willShareMore(other, sequence, known?.shared ?? 0))) continue;
        if (known) {
          sequence.start(known.prefix, known.shared);
          this.#prefixes.touch(known.prefix);
        }
      }
      remove(this.#waiting, sequence);
      this.#active.push(sequence);
    }
  }

  #pass(): void {
    const parts: PassRows[] = [];
    let first = 0;
    // Generations under way first: each needs one token, and someone is reading.
    for (const sequence of [...this.#active].sort((a, b) => a.left - b.left)) {
      sequence.forgetOtherRegime();
      const count = Math.min(sequence.left, tokensPerPass - first);
      if (count > 0) parts.push({ sequence, first, from: sequence.cache.length, count });
      first += count;
    }
    tidy(() => {
      const hidden_ND = this.model.hiddenOfParts(parts.map(({ sequence: { ids, cache }, from, count }) => ({
        ids_T: Int32Array.from(ids.slice(from, from + count)), cache, sequenceLength: ids.length,
      })));
      tellSequences(this.model, hidden_ND, parts);
    });
    for (const { sequence } of parts) if (sequence.left === 0) this.#finish(sequence);
  }

  #finish(sequence: Sequence): void {
    remove(this.#active, sequence);
    const { ids, scored, regime } = sequence;
    this.#prefixes?.add({ ids, scored, regime, cache: sequence.takeCache() });
    sequence.end();
  }
}

/** Whether the other is still on its way through a beginning that this one has too, and that is longer than what is known of it. */
function willShareMore(other: Sequence, sequence: Sequence, known: number): boolean {
  if (other.left <= 1 || other.regime !== sequence.wantedRegime || (sequence.work.kind === 'score' && !(other.work.kind === 'score' && other.work.top >= sequence.work.top))) return false;
  return sharedLength(other.ids, sequence.ids) > known + fewestSharedTokens;
}

function remove<T>(list: T[], one: T): void {
  list.splice(list.indexOf(one), 1);
}
