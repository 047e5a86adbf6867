// Instruction dialogues about training facts: each asked in every phrasing with a short answer, alone or in conversations
// of a few questions, and in four-option form. What would bring a tested fact together by chance is left out.
import type { RandomStream } from '../../../base/math/random';
import { dialogueText, intoConversations, letterTurn, toDialogue, type Dialogue, type Turn } from '../dialogue';
import type { Fact, FactBase } from './facts';
import { leakFinder } from './leaks';
import { drawOptions } from './options';
import type { FactSplit } from './split';
import { fill, type QuestionTemplates } from './templates';

export interface ClinicalDialogueCounts {
  /** Question phrasings a training fact is asked in alone; the others come in conversations. */
  readonly alone: number;
  /** Phrasings a training fact is asked in altogether. */
  readonly phrasings: number;
  /** Times each training fact is asked with four options. */
  readonly letterRounds: number;
}

export function writeClinicalDialogues(
  base: FactBase, split: FactSplit, templates: QuestionTemplates, counts: ClinicalDialogueCounts, random: RandomStream,
): Dialogue[] {
  const leakOf = leakFinder(split.tested);
  const isClean = (dialogue: Dialogue): boolean => leakOf(dialogueText(dialogue)) === undefined;
  const asked = split.training.map((fact) => random.shuffled(templates.phrasings[fact.attribute]).slice(0, counts.phrasings)
    .map((template): Turn => ({ question: fill(template, { name: fact.entity }), answer: fact.value })));
  const alone = asked.flatMap((turns) => turns.slice(0, counts.alone));
  const together = random.shuffled(asked.flatMap((turns) => turns.slice(counts.alone)));
  const letters = Array.from({ length: counts.letterRounds }, () => drawOptions(split.training, base, random)
    .map(({ fact, options, letter }) => toDialogue('clinical-letter', [letterTurn(ask(fact, templates, random), options, letter)])));
  const dialogues = [
    ...alone.map((turn) => toDialogue('clinical-short', [turn])),
    ...intoConversations(together).map((turns) => toDialogue('clinical-turns', turns)),
    ...letters.flat(),
  ];
  return dialogues.filter(isClean);
}

/** A question about the fact in a phrasing drawn at random. */
export function ask(fact: Fact, templates: QuestionTemplates, random: RandomStream): string {
  return fill(random.pick(templates.phrasings[fact.attribute]), { name: fact.entity });
}
