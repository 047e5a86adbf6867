// What the samples of questions under one strategy are worth. "No answer" counts as wrong in the headline, as in
// lm-evaluation-harness; accuracy on answered questions and the failure rate stand beside it.
import { estimateMean } from '../../base/math/statistics';
import type { CotSettings } from './schema';
import { isVote, type StrategyName } from './strategy';
import { majorityVote, type Vote } from './vote';

/**
 * Samples of one question under a strategy. One that votes takes `repeats`; the others too when they sample, and one
 * when they are greedy, since every repeat would be the same.
 */
export function samplesPerQuestion(settings: CotSettings, strategy: StrategyName): number {
  return isVote(strategy) || settings.temperature > 0 ? settings.repeats : 1;
}

export interface StrategySummary {
  /** Questions scored. */
  readonly n: number;
  readonly samplesPerQuestion: number;
  /**
   * Questions right. A strategy that votes counts the vote; the others count the share of a question's samples that
   * are right, so that the figure is the expected score of one sample.
   */
  readonly correct: number;
  readonly accuracy: number;
  /** Of the accuracy: sample standard deviation over the questions by the root of their number; null below two. */
  readonly standardError: number | null;
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

export interface QuestionScore {
  readonly vote: Vote;
  /** 0 to 1: what the question adds to `correct`. */
  readonly credit: number;
  /** 0 to 1: what it adds to `answered`. */
  readonly answered: number;
}

/** `letters` in the order of the samples; undefined is a sample without an answer. */
export function scoreQuestion(strategy: StrategyName, letters: readonly (string | undefined)[], gold: string, tieRule: CotSettings['tieRule']): QuestionScore {
  const vote = majorityVote(letters, tieRule);
  const share = (test: (letter: string | undefined) => boolean): number => letters.filter(test).length / letters.length;
  return isVote(strategy)
    ? { vote, credit: Number(vote.letter === gold), answered: Number(vote.letter !== undefined) }
    : { vote, credit: share((letter) => letter === gold), answered: share((letter) => letter !== undefined) };
}

/** @param samples samples a question. */
export function summariseScores(strategy: StrategyName, list: readonly QuestionScore[], samples: number): StrategySummary {
  const sum = (value: (score: QuestionScore) => number): number => list.reduce((total, score) => total + value(score), 0);
  const n = list.length;
  const correct = sum((score) => score.credit);
  const answered = sum((score) => score.answered);
  return {
    n, samplesPerQuestion: samples, correct, answered,
    accuracy: n === 0 ? 0 : correct / n,
    standardError: n < 2 ? null : estimateMean(list.map((score) => score.credit)).standardError ?? null,
    accuracyAnswered: answered === 0 ? null : correct / answered,
    failureRate: n === 0 ? 0 : 1 - answered / n,
    agreement: samples === 1 || n === 0 ? null : sum((score) => score.vote.agreement) / n,
    ties: isVote(strategy) ? list.filter((score) => score.vote.tied.length > 0).length : null,
  };
}
