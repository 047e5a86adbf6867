// The read-only document of a question's answers: the prompt by role, every sample's reasoning, what was taken from it and
// why, the right letter, model, seed and timings. Plain text: nothing in it is interpreted. Pure.
import type { QuestionLine } from '../../documents/cot/question-line';
import { formatDuration } from '../../base/time/duration';
import type { AskRecord } from '../../protocol/asks';
import type { Translate } from '../runs/describe';
import type { QuestionAnswers, StrategyAnswers } from './book';
import { otherPromptWords } from './hover-text';
import { verdictWords } from './inline';

export interface AnsweredQuestion {
  /** As shown, such as `data/tested.jsonl line 3`. */
  readonly place: string;
  /** Absent when the line is not in sight any more. */
  readonly question: QuestionLine | undefined;
  /** Newest first. */
  readonly asks: readonly QuestionAnswers[];
}

export function answerText({ place, question, asks }: AnsweredQuestion, t: Translate): string {
  const [newest, ...earlier] = asks;
  const gold = newest?.strategies[0]?.records[0]?.gold;
  const lines = [
    place,
    t('For research only; no medical advice.'),
    '',
    ...(question ? questionLines(question, gold, t) : []),
    ...(newest ? askLines(newest, t) : [t('Nothing was asked of this question yet, or its line changed since.')]),
    ...(earlier.length === 0 ? [] : [rule(t('Earlier answers')), '', ...earlier.map((ask) => shortAsk(ask, t)), '']),
  ];
  return lines.join('\n');
}

function questionLines({ question, options }: QuestionLine, gold: string | undefined, t: Translate): string[] {
  const marked = options.map(({ letter, text }) => `  ${letter}. ${text}${letter === gold ? `   ← ${t('right')}` : ''}`);
  return [rule(t('Question')), '', question, ...marked, ''];
}

function askLines(ask: QuestionAnswers, t: Translate): string[] {
  const where = ask.cloud ? t('cloud') : t('this machine');
  const identity = ask.strategies[0]?.records[0]?.modelIdentity;
  const head = [
    t('Model: {0} ({1})', ask.model, where),
    ...(identity === undefined ? [] : [t('Identity: {0}', identity)]),
    t('Prompt: {0}', ask.cot),
    ...(ask.isOtherPrompt ? [otherPromptWords(t)] : []),
    ...(ask.at === undefined ? [] : [t('Asked: {0}', ask.at)]),
    ...(ask.phase === 'done' ? [] : [t('State: {0}', ask.message === undefined ? phaseWord(ask.phase, t) : `${phaseWord(ask.phase, t)}: ${ask.message}`)]),
    '',
  ];
  return [...head, ...ask.strategies.flatMap((one) => strategyLines(one, t))];
}

function phaseWord(phase: QuestionAnswers['phase'], t: Translate): string {
  switch (phase) {
    case 'downloading': return t('downloading the model');
    case 'starting': return t('starting the model');
    case 'asking': return t('asking');
    case 'done': return t('done');
    case 'cancelled': return t('cancelled');
    case 'failed': return t('failed');
  }
}

function strategyLines(answers: StrategyAnswers, t: Translate): string[] {
  const { strategy, records, repeats, outcome, streaming } = answers;
  const first = records[0];
  const sum = outcome ? `: ${verdictWords(outcome, t)}${outcome.samples > 1 && outcome.verdict !== 'none' ? `, ${t('{0} of {1} samples agree', outcome.votes, outcome.samples)}` : ''}` : '';
  return [
    rule(`${strategy}${sum}`), '',
    ...(first ? first.messages.flatMap(({ role, content }) => [`[${role}]`, content, '']) : []),
    ...records.flatMap((record) => sampleLines(record, repeats, t)),
    ...(streaming === undefined ? [] : [`── ${t('sample {0} of {1}, under way', records.length + 1, Math.max(repeats, records.length + 1))} ──`, streaming, '']),
  ];
}

function sampleLines(record: AskRecord, repeats: number, t: Translate): string[] {
  const verdict = record.letter === undefined ? t('no answer') : record.letter === record.gold ? t('{0} right', record.letter) : t('{0} wrong', record.letter);
  const tokens = [
    record.promptTokens === undefined ? '' : t('{0} prompt tokens', record.promptTokens),
    record.completionTokens === undefined ? '' : t('{0} answer tokens', record.completionTokens),
  ];
  const facts = [
    t('temperature {0}', record.temperature), t('seed {0}', record.seed),
    t('first text after {0}', duration(record.firstTextMs)), t('whole after {0}', duration(record.durationMs)),
    ...tokens, t('ended by {0}', record.finishReason),
  ].filter(Boolean);
  return [
    `── ${t('sample {0} of {1}', record.repeat + 1, repeats)}: ${verdict} ──`,
    record.answer === '' ? t('(nothing)') : record.answer,
    '',
    `   ${t('Right: {0}. Taken by rule {1} of extractor {2}, version {3}, from: {4}', record.gold, record.rule, record.extractor, record.extractorVersion, JSON.stringify(record.taken))}`,
    ...(record.order ? [`   ${t('Options shown in the order {0}.', record.order.map((place) => record.letters[place] ?? '?').join(' '))}`] : []),
    ...(record.exemplars ? [`   ${t('Solved questions shown before: {0}', record.exemplars.join(', '))}`] : []),
    `   ${facts.join(' · ')}`,
    '',
  ];
}

function shortAsk(ask: QuestionAnswers, t: Translate): string {
  const outcomes = ask.strategies.flatMap(({ strategy, outcome }) => (outcome ? [`${strategy} ${verdictWords(outcome, t)}${outcome.samples > 1 ? ` ${outcome.votes}/${outcome.samples}` : ''}`] : []));
  return [ask.at ?? '', ask.model, ask.cot, ask.isOtherPrompt ? t('another text of the prompt') : '', outcomes.join(', ')].filter(Boolean).join(' · ');
}

function rule(title: string): string {
  return `━━ ${title} ━━`;
}

/** Answers of small models come within a second. */
function duration(ms: number): string {
  return ms < 10_000 ? `${(ms / 1000).toFixed(2)} s` : formatDuration(ms);
}
