// Questions in MedQA's JSONL form.
import type { RandomStream } from '../../../base/math/random';
import { ask } from './dialogues';
import type { Fact, FactBase } from './facts';
import { drawOptions } from './options';
import type { QuestionTemplates } from './templates';

export interface SampleQuestion {
  readonly id: string;
  readonly question: string;
  readonly options: Readonly<Record<string, string>>;
  readonly answer: string;
  readonly answer_idx: string;
  /** Whether the fact was in instruction dialogues: `tested` or `trained`. */
  readonly meta_info: string;
  readonly entity: string;
  readonly attribute: string;
}

/** One question a fact, in random order. */
export function writeQuestions(facts: readonly Fact[], base: FactBase, templates: QuestionTemplates, label: 'tested' | 'trained', random: RandomStream): SampleQuestion[] {
  return drawOptions(random.shuffled(facts), base, random).map(({ fact, options, letter }) => ({
    id: `${label}-${fact.id.replaceAll(/[^a-z0-9]+/g, '-')}`,
    question: ask(fact, templates, random),
    options, answer: fact.value, answer_idx: letter, meta_info: label,
    entity: fact.entity, attribute: fact.attribute,
  }));
}
