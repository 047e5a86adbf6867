// General dialogues: short questions about the everyday world, which every model of the study has read about, so that
// every cell can learn the two forms of an answer.
import type { RandomStream } from '../../../base/math/random';
import { optionLetters } from '../clinical/options';
import { intoConversations, letterTurn, toDialogue, type Dialogue, type Turn } from '../dialogue';
import { SlotFiller } from './filler';
import type { GeneralTemplates, TableQuestion } from './world';

export interface GeneralDialogueCounts {
  /** Questions about rows of tables, with short answers. */
  readonly short: number;
  /** Questions whose answer stands in a sentence before them. */
  readonly stories: number;
  /** Questions about rows of tables with four options. */
  readonly letters: number;
  /** Questions about rows of tables in conversations of a few. */
  readonly together: number;
}

export function writeGeneralDialogues(general: GeneralTemplates, counts: GeneralDialogueCounts, random: RandomStream): Dialogue[] {
  const askable = general.dialogues.table.flatMap((spec) => general.world.tables[spec.table]!.rows.flatMap((row) =>
    spec.questions.map((question) => ({ spec, row, question }))));
  const turn = ({ spec, row, question }: (typeof askable)[number]): Turn => {
    const filler = new SlotFiller(general.world, random);
    filler.bind(spec.table, row);
    return { question: filler.fill(question), answer: cell(general, spec, row) };
  };
  const lettered = askable.filter(({ spec }) => spec.options !== false);
  const order = random.shuffled(askable);
  return [
    ...order.slice(0, counts.short).map((one) => toDialogue('general-short', [turn(one)])),
    ...intoConversations(order.slice(counts.short, counts.short + counts.together).map(turn)).map((turns) => toDialogue('general-turns', turns)),
    ...Array.from({ length: counts.stories }, () => toDialogue('general-story', [storyTurn(general, random)])),
    ...random.shuffled(lettered).slice(0, counts.letters).map((one, index) => {
      const { question, answer } = turn(one);
      return toDialogue('general-letter', [withOptions(general, one.spec, question, answer, optionLetters[index % optionLetters.length]!, random)]);
    }),
  ];
}

function storyTurn(general: GeneralTemplates, random: RandomStream): Turn {
  const { text, question, answer } = random.pick(general.dialogues.story);
  const filler = new SlotFiller(general.world, random);
  return { question: `${filler.fill(text)} ${filler.fill(question)}`, answer: filler.value(answer) };
}

function withOptions(general: GeneralTemplates, spec: TableQuestion, question: string, answer: string, letter: string, random: RandomStream): Turn {
  const values = new Set(general.world.tables[spec.table]!.rows.map((row) => cell(general, spec, row)));
  const others = random.shuffled([...values].filter((value) => value !== answer));
  return letterTurn(question, Object.fromEntries(optionLetters.map((one) => [one, one === letter ? answer : others.shift()!])), letter);
}

function cell(general: GeneralTemplates, spec: TableQuestion, row: readonly string[]): string {
  const value = row[general.world.tables[spec.table]!.columns.indexOf(spec.answer)];
  if (value === undefined) throw new Error(`No column ${spec.answer} in the table ${spec.table}.`);
  return value;
}
