// Scores of a prompt experiment. "No answer" counts as wrong in the headline, as in lm-evaluation-harness; accuracy on
// answered questions and the failure rate stand beside it.
import type { StrategyName } from '../../documents/cot/render';
import type { CotSettings } from '../../documents/cot/schema';
import { majorityVote, type Vote } from '../../documents/cot/vote';
import { extractAnswer, extractorVersion } from './extract';
import type { AnswerRecord } from './journal';
import { samplesPerQuestion } from './plan';
import type { PromptQuestion } from './question';

export interface StrategySummary {
  /** Questions scored. */
  readonly n: number;
  readonly samplesPerQuestion: number;
  /**
   * Questions right. Self-consistency counts the vote; the other strategies count the share of a question's samples that
   * are right, so that the figure is the expected score of one sample.
   */
  readonly correct: number;
  readonly accuracy: number;
  /** Questions answered, counted alike. */
  readonly answered: number;
  /** Of the answered; null when nothing was. */
  readonly accuracyAnswered: number | null;
  /** Fraction without an answer. */
  readonly failureRate: number;
  /** Mean share of a question's samples that agree with its vote; null with one sample a question. */
  readonly agreement: number | null;
  /** Questions whose vote was even, decided by the tie rule; null where nothing is voted on. */
  readonly ties: number | null;
}

export interface QuestionOutcome {
  readonly question: string;
  readonly strategy: StrategyName;
  readonly gold: string;
  readonly samples: readonly (string | undefined)[];
  readonly vote: Vote;
  /** 0 to 1: what the question adds to `correct`. */
  readonly credit: number;
  /** 0 to 1: what it adds to `answered`. */
  readonly answered: number;
}

export interface PromptSummary {
  readonly schema: 1;
  readonly model: string;
  readonly extractor: CotSettings['extractor'];
  readonly extractorVersion: number;
  readonly tieRule: CotSettings['tieRule'];
  readonly questions: number;
  readonly strategies: Readonly<Partial<Record<StrategyName, StrategySummary>>>;
}

/** One outcome for every question that has all its samples. */
export function outcomes(settings: CotSettings, questions: readonly PromptQuestion[], records: Iterable<AnswerRecord>): QuestionOutcome[] {
  const byPlace = new Map<string, AnswerRecord>();
  for (const record of records) byPlace.set(`${record.strategy}/${record.repeat}/${record.index}`, record);
  return [...new Set(settings.strategies)].flatMap((strategy) => {
    const samples = samplesPerQuestion(settings, strategy);
    return questions.flatMap((question, index): QuestionOutcome[] => {
      const found = Array.from({ length: samples }, (_, repeat) => byPlace.get(`${strategy}/${repeat}/${index}`));
      if (found.includes(undefined)) return [];
      const letters = found.map((record) => extractAnswer(record!.answer, question.options, settings.extractor).letter);
      const vote = majorityVote(letters, settings.tieRule);
      const share = (test: (letter: string | undefined) => boolean): number => letters.filter(test).length / letters.length;
      const credit = strategy === 'self-consistency' ? Number(vote.letter === question.answer) : share((letter) => letter === question.answer);
      const answered = strategy === 'self-consistency' ? Number(vote.letter !== undefined) : share((letter) => letter !== undefined);
      return [{ question: question.id, strategy, gold: question.answer, samples: letters, vote, credit, answered }];
    });
  });
}

export function summarise(settings: CotSettings, model: string, list: readonly QuestionOutcome[]): PromptSummary {
  const strategies = Object.fromEntries([...new Set(settings.strategies)].map((strategy) =>
    [strategy, summariseStrategy(list.filter((outcome) => outcome.strategy === strategy), samplesPerQuestion(settings, strategy), strategy)]));
  return {
    schema: 1, model, extractor: settings.extractor, extractorVersion, tieRule: settings.tieRule,
    questions: new Set(list.map((outcome) => outcome.question)).size, strategies,
  };
}

function summariseStrategy(list: readonly QuestionOutcome[], samples: number, strategy: StrategyName): StrategySummary {
  const sum = (value: (outcome: QuestionOutcome) => number): number => list.reduce((total, outcome) => total + value(outcome), 0);
  const n = list.length;
  const correct = sum((outcome) => outcome.credit);
  const answered = sum((outcome) => outcome.answered);
  return {
    n, samplesPerQuestion: samples, correct, answered,
    accuracy: n === 0 ? 0 : correct / n,
    accuracyAnswered: answered === 0 ? null : correct / answered,
    failureRate: n === 0 ? 0 : 1 - answered / n,
    agreement: samples === 1 || n === 0 ? null : sum((outcome) => outcome.vote.agreement) / n,
    ties: strategy === 'self-consistency' ? list.filter((outcome) => outcome.vote.tied.length > 0).length : null,
  };
}
