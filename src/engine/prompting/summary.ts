// Scores of a prompt experiment: every answer extracted again by the rules the summary names.
import type { StrategyName } from '../../documents/cot/render';
import type { CotSettings } from '../../documents/cot/schema';
import { samplesPerQuestion, scoreQuestion, summariseScores, type QuestionScore, type StrategySummary } from '../../documents/cot/score';
import { extractorVersion, extractShown } from './extract';
import type { KeptAnswer } from './journal';
import type { LikelihoodOutcome, LikelihoodScores, LikelihoodSummary, NoLikelihood } from './likelihood';
import type { PromptQuestion } from './question';

export interface QuestionOutcome extends QuestionScore {
  readonly question: string;
  readonly strategy: StrategyName;
  readonly gold: string;
  readonly samples: readonly (string | undefined)[];
}

export interface Spent { readonly calls: number; readonly promptTokens: number; readonly completionTokens: number }

export interface PromptSummary {
  readonly schema: 1;
  readonly model: string;
  readonly extractor: CotSettings['extractor'];
  readonly extractorVersion: number;
  readonly tieRule: CotSettings['tieRule'];
  readonly questions: number;
  readonly strategies: Readonly<Record<StrategyName, StrategySummary>>;
  /** Another metric over the same questions, or why there is none; absent where none was asked for. */
  readonly likelihood?: LikelihoodSummary | NoLikelihood;
  readonly likelihoodOutcomes?: readonly LikelihoodOutcome[];
  /** Of all answers and rationales that were asked for; tokens where the endpoint tells them. */
  readonly spent?: Spent;
  /** Solved questions whose reasoning came to the right answer and was kept, and those that never did. */
  readonly rationales?: { readonly kept: number; readonly dropped: number };
}

/** One outcome for every question that has all its samples. */
export function outcomes(settings: CotSettings, questions: readonly PromptQuestion[], records: Iterable<KeptAnswer>): QuestionOutcome[] {
  const byPlace = new Map<string, KeptAnswer>();
  for (const record of records) byPlace.set(`${record.strategy}/${record.repeat}/${record.index}`, record);
  return [...new Set(settings.strategies)].flatMap((strategy) => {
    const samples = samplesPerQuestion(settings, strategy);
    return questions.flatMap((question, index): QuestionOutcome[] => {
      const found = Array.from({ length: samples }, (_, repeat) => byPlace.get(`${strategy}/${repeat}/${index}`));
      if (found.includes(undefined)) return [];
      const letters = found.map((record) => extractShown(record!.answer, question.options, record!.order, settings.extractor).letter);
      return [{ question: question.id, strategy, gold: question.answer, samples: letters, ...scoreQuestion(strategy, letters, question.answer, settings.tieRule) }];
    });
  });
}

/** Answers kept from earlier jobs cost nothing. */
export function spentOn(records: Iterable<KeptAnswer>): Spent {
  let [calls, promptTokens, completionTokens] = [0, 0, 0];
  for (const record of records) {
    if (record.durationMs === undefined) continue;
    calls += 1;
    promptTokens += record.promptTokens ?? 0;
    completionTokens += record.completionTokens ?? 0;
  }
  return { calls, promptTokens, completionTokens };
}

/** What stands beside the answers. */
export interface Beside { readonly likelihood?: LikelihoodScores | NoLikelihood | undefined; readonly rationales?: PromptSummary['rationales'] | undefined; readonly spent?: Spent | undefined }

export function summarise(settings: CotSettings, model: string, list: readonly QuestionOutcome[], { likelihood, rationales, spent }: Beside = {}): PromptSummary {
  const strategies = Object.fromEntries([...new Set(settings.strategies)].map((strategy) =>
    [strategy, summariseScores(strategy, list.filter((outcome) => outcome.strategy === strategy), samplesPerQuestion(settings, strategy))]));
  return {
    schema: 1, model, extractor: settings.extractor, extractorVersion, tieRule: settings.tieRule,
    questions: new Set(list.map((outcome) => outcome.question)).size, strategies,
    ...(likelihood === undefined ? {} : 'reason' in likelihood ? { likelihood } : { likelihood: likelihood.summary, likelihoodOutcomes: likelihood.outcomes }),
    ...(spent === undefined ? {} : { spent }),
    ...(rationales === undefined || rationales.kept + rationales.dropped === 0 ? {} : { rationales }),
  };
}
