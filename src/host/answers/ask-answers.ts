// Inline answers to one question set, a variant for each .cot file, strategy and model. A question that was asked anew
// shows the newest answers only.
import type { CotSettings } from '../../documents/cot/schema';
import type { AskRecord } from '../../protocol/asks';
import type { SampleText } from '../../protocol/panels/answers';
import { VariantAnswers } from './variant-answers';

export interface AskVariant {
  readonly id: string;
  /** Of any of its answers: what they share. */
  readonly first: AskRecord;
  readonly answers: VariantAnswers<AskRecord>;
  /** Of the newest answer. */
  at: string;
  cotVersion: string | undefined;
}

export class AskAnswers {
  readonly #variants = new Map<string, AskVariant>();
  /** The request whose answers count, by variant and question; requests it took the place of. */
  readonly #current = new Map<string, string>();
  readonly #replaced = new Set<string>();

  constructor(private readonly questions: string, private readonly tieRuleOf: (cot: string) => CotSettings['tieRule']) {}

  get variants(): readonly AskVariant[] {
    return [...this.#variants.values()];
  }

  /** True when any of them is about this question set. */
  take(records: readonly AskRecord[]): boolean {
    const ours = records.filter((record) => record.questions === this.questions);
    for (const record of ours) this.#add(record);
    return ours.length > 0;
  }

  #add(record: AskRecord): void {
    const id = `asks\n${record.cot}\n${record.strategy}\n${record.modelIdentity}`;
    const place = `${id}\n${record.question}`;
    if (this.#replaced.has(`${place}\n${record.ask}`)) return;
    const variant = this.#variants.get(id) ?? { id, first: record, answers: new VariantAnswers<AskRecord>(record.strategy, this.tieRuleOf(record.cot)), at: record.at, cotVersion: record.cotVersion };
    this.#variants.set(id, variant);
    const current = this.#current.get(place);
    if (current !== record.ask) {
      if (current !== undefined) this.#replaced.add(`${place}\n${current}`);
      this.#current.set(place, record.ask);
      variant.answers.forget(record.question);
    }
    const { question, gold, repeat, repeats, letter } = record;
    variant.answers.add({ question, gold, repeat, expected: repeats, letter, source: record });
    if (record.at < variant.at) return;
    variant.at = record.at;
    variant.cotVersion = record.cotVersion;
  }
}

export function askText({ repeat, answer, letter, taken, rule, finishReason, ...shown }: AskRecord): SampleText {
  return { repeat, answer, taken, rule, finishReason, ...(letter === undefined ? {} : { letter }), ...shownText(shown) };
}

/** What was shown beside the question. */
export function shownText({ order, letters, exemplars }: Pick<AskRecord, 'order' | 'letters' | 'exemplars'>): Pick<SampleText, 'order' | 'exemplars'> {
  return { ...(order ? { order: order.map((place) => letters[place] ?? '?').join(' ') } : {}), ...(exemplars ? { exemplars } : {}) };
}
