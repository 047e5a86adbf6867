// The solved questions shown before a question: the first or chosen ones of a file, or those most like it, never one that
// gives the answer away, and with the model's own reasoning where a strategy asks for that.
import { userError } from '../../../base/errors/problem';
import type { CotExample } from '../../../documents/cot/render';
import type { CotSettings, ExemplarSettings } from '../../../documents/cot/schema';
import type { Strategy } from '../../../documents/cot/strategy';
import type { PromptQuestion } from '../question';
import { LeakGuard } from './leak';
import type { Ranking } from './similarity';

export interface Exemplar {
  readonly question: PromptQuestion;
  readonly reasoning?: string;
}

export interface ExemplarOptions {
  readonly settings: ExemplarSettings;
  /** Of the file, in its order. */
  readonly pool: readonly PromptQuestion[];
  readonly extractor: CotSettings['extractor'];
  /** Absent when no strategy looks for similar questions. */
  readonly ranking?: Ranking;
  /** What messages call the file. */
  readonly file: string;
}

export class ExemplarSource {
  readonly #guard = new LeakGuard();
  /** Reasoning that led to the right answer by place in the pool; null is none that did. */
  readonly #rationales = new Map<number, string | null>();
  readonly #chosen: readonly number[];
  readonly pool: readonly PromptQuestion[];

  constructor(private readonly options: ExemplarOptions) {
    this.pool = options.pool;
    this.#chosen = this.#placesOf(options.settings.ids);
  }

  /** Solved questions whose reasoning must be known before this question can be asked. */
  wanted(asked: PromptQuestion, strategy: Strategy): number[] {
    return strategy.selfGenerated ? this.#places(asked, strategy, true).filter((place) => !this.#rationales.has(place)) : [];
  }

  /** @param rationale null when the model never reasoned its way to the right answer. */
  learn(place: number, rationale: string | null): void {
    this.#rationales.set(place, rationale);
  }

  /** How many of the pool the model reasoned right and wrong so far. */
  get learnt(): { readonly kept: number; readonly dropped: number } {
    const kept = [...this.#rationales.values()].filter((one) => one !== null).length;
    return { kept, dropped: this.#rationales.size - kept };
  }

  /** In the order they are shown: the most similar stands last, next to the question. */
  shownBefore(asked: PromptQuestion, strategy: Strategy): Exemplar[] {
    const places = this.#places(asked, strategy, false);
    const inOrder = strategy.exemplars === 'nearest' ? [...places].reverse() : places;
    return inOrder.map((place) => {
      const question = this.pool[place]!;
      const reasoning = strategy.selfGenerated ? this.#rationales.get(place) : strategy.reasoning ? question.reasoning : undefined;
      return typeof reasoning === 'string' ? { question, reasoning } : { question };
    });
  }

  /** As a template and a conversation have it. */
  toExample({ question: { question, options, answer }, reasoning }: Exemplar): CotExample {
    const short = this.options.extractor === 'option-text' ? options.find(({ letter }) => letter === answer)!.text : answer;
    return { question, options, answer, ...(reasoning === undefined ? {} : { reasoning }), reply: reasoning === undefined ? short : `${reasoning}\nAnswer: ${short}` };
  }

  /** @param open count those as usable whose reasoning is not known yet. */
  #places(asked: PromptQuestion, strategy: Strategy, open: boolean): number[] {
    const { settings, ranking } = this.options;
    const candidates = strategy.exemplars === 'nearest' && ranking ? ranking(asked) : this.#chosen;
    const places: number[] = [];
    for (const place of candidates) {
      if (places.length === settings.count) break;
      const rationale = this.#rationales.get(place);
      if (strategy.selfGenerated && (rationale === null || (rationale === undefined && !open))) continue;
      if (this.#guard.reason(this.pool[place]!, asked) === undefined) places.push(place);
    }
    return places;
  }

  #placesOf(ids: ExemplarSettings['ids']): number[] {
    if (!ids) return this.pool.map((_, place) => place);
    return ids.map((id) => {
      const place = this.pool.findIndex((question) => question.id === String(id));
      if (place >= 0) return place;
      throw userError({ code: 'exemplars-no-id', file: this.options.file, key: 'exemplars.ids', value: String(id), message: 'the file of solved questions has no such id among those that are looked at', next: 'Check the id, or raise exemplars.pool.' });
    });
  }
}
