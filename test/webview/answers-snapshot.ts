// Snapshots of made-up answers for tests of the answers panel.
import { summariseScores, scoreQuestion } from '../../src/documents/cot/score';
import type { StrategyName } from '../../src/documents/cot/render';
import type { AnswersRows, AnswersScope, AnswersTexts, AnswersVariant } from '../../src/protocol/panels/answers';
import { packCells } from '../../src/protocol/panels/answers-block';

export const texts: AnswersTexts = {
  states: { created: 'created', queued: 'queued', running: 'running', paused: 'paused', stopped: 'stopped', done: 'done', failed: 'failed', lost: 'lost' },
  question: 'Question', variant: 'Variant', variants: 'Variants', show: 'Show', questions: 'Questions', accuracy: 'Accuracy', accuracyAnswered: 'Accuracy of answered',
  failureRate: 'No answer found', agreement: 'Agreement', interval: '95% interval', filter: 'Filter',
  filters: { all: 'All questions', disagree: 'Variants disagree', wrongInAll: 'Wrong in all', noAnswer: 'No answer found', fixed: 'Fixed', broken: 'Broken' },
  from: 'from', to: 'to', shown: '{0} of {1} questions', paired: '{0} fixed, {1} broken; p = {2}', right: 'right', wrong: 'wrong', noAnswer: 'no answer', notAsked: 'not asked',
  votes: '{0} of {1} samples', cloud: 'cloud', asked: 'inline asks', outdated: 'The question set has changed since.', otherPrompt: 'The prompt file has changed since.', likelihood: 'Likelihood', noLikelihood: 'No likelihood score: {0}', order: 'Options shown in the order {0}', exemplars: 'Solved questions shown before: {0}', copyMarkdown: 'Copy as Markdown', copyCsv: 'Copy as CSV',
  copied: 'Copied {0} rows.', chooseSet: 'Choose Question Set…', openQuestion: 'Open Question', answer: 'Answer', prompt: 'Prompt', promptRenderedAgain: 'Rendered again.',
  promptLost: 'The prompt is lost.', questionLost: 'The question is gone.', sample: 'Sample {0}', taken: 'Taken from: {0}', nothingTaken: 'No option could be read from it.',
  goldOption: 'right option', selectCell: 'Select a cell.', empty: 'Nothing was answered yet.', noneShown: 'No variant is shown.', noneMatch: 'No question matches.', keys: 'Arrow keys move.',
  research: 'For research; gives no medical advice.',
};

export interface MadeUp { readonly model: string; readonly strategy: StrategyName; readonly cot?: string; readonly cloud?: boolean; /** Letters of a question's samples; undefined was not asked. */ readonly letters: (row: number) => (string | undefined)[] | undefined }
export interface MadeUpAnswers { readonly variants: readonly AnswersVariant[]; readonly rows: AnswersRows; readonly block: Uint16Array }

export function madeUpAnswers(rowCount: number, list: readonly MadeUp[], name = (row: number): string => `question ${row} about a patient with a cough and what is done next`): MadeUpAnswers {
  const golds = Array.from({ length: rowCount }, (_, row) => 'ABCD'[row % 4]!).join('');
  const score = (one: MadeUp, row: number): ReturnType<typeof scoreQuestion> | undefined => {
    const letters = one.letters(row);
    return letters && scoreQuestion(one.strategy, letters, golds[row]!, 'first-seen');
  };
  const variants = list.map((one, place): AnswersVariant => {
    const scores = Array.from({ length: rowCount }, (_, row) => score(one, row)).filter((each) => each !== undefined);
    const cot = one.cot ?? 'prompts/tested.cot';
    return {
      id: `v${place}`, cot, strategy: one.strategy, model: one.model, cloud: one.cloud === true, origin: 'job', job: `job-${place}`, at: '2026-01-02T03:04:05Z', state: 'done', overrides: [],
      isOutdated: false, isOtherPrompt: place === 1, likelihood: place === 3 ? { reason: 'a chat endpoint' } : { accuracy: 0.4125, standardError: 0.0246, n: rowCount }, ...(place === 3 ? { spent: '200 calls, 61,000 + 1,900 tokens, 0.11 USD' } : {}), summary: summariseScores(one.strategy, scores, Math.max(1, ...Array.from({ length: Math.min(rowCount, 4) }, (_, row) => one.letters(row)?.length ?? 0))),
    };
  });
  const block = packCells(list.length, rowCount, (variant, row) => {
    const letters = list[variant]!.letters(row);
    const scored = score(list[variant]!, row);
    return letters && scored && { letter: scored.vote.letter, votes: scored.vote.votes, samples: letters.length };
  });
  return { variants, block, rows: { ids: Array.from({ length: rowCount }, (_, row) => `q-${row}`), excerpts: Array.from({ length: rowCount }, (_, row) => name(row)), golds } };
}

/** The message as a script that posts it, since cells travel as a typed array. */
export function posting({ variants, rows, block }: MadeUpAnswers, scope: AnswersScope = { questions: 'data/tested.jsonl' }, withRows = true): string {
  const message = { type: 'snapshot', scope, texts, variants, ...(withRows ? { rows } : {}) };
  return `window.postMessage({ ...${JSON.stringify(message)}, block: Uint16Array.from(${JSON.stringify([...block])}) })`;
}
