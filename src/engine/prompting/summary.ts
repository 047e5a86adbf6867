// Scores of a prompt experiment: every answer extracted again by the rules the summary names.
import type { StrategyName } from '../../documents/cot/render';
import type { CotSettings } from '../../documents/cot/schema';
import { samplesPerQuestion, scoreQuestion, summariseScores, type QuestionScore, type StrategySummary } from '../../documents/cot/score';
import type { AnswerRecord } from '../../protocol/answer-record';
import { extractAnswer, extractorVersion } from './extract';
import type { PromptQuestion } from './question';

export interface QuestionOutcome extends QuestionScore {
  readonly question: string;
  readonly strategy: StrategyName;
  readonly gold: string;
  readonly samples: readonly (string | undefined)[];
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
      return [{ question: question.id, strategy, gold: question.answer, samples: letters, ...scoreQuestion(strategy, letters, question.answer, settings.tieRule) }];
    });
  });
}

export function summarise(settings: CotSettings, model: string, list: readonly QuestionOutcome[]): PromptSummary {
  const strategies = Object.fromEntries([...new Set(settings.strategies)].map((strategy) =>
    [strategy, summariseScores(strategy, list.filter((outcome) => outcome.strategy === strategy), samplesPerQuestion(settings, strategy))]));
  return {
    schema: 1, model, extractor: settings.extractor, extractorVersion, tieRule: settings.tieRule,
    questions: new Set(list.map((outcome) => outcome.question)).size, strategies,
  };
}
