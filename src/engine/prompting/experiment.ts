// A prompt experiment as an async generator of typed events: reason about solved questions, ask, keep, extract, vote, and
// score the same questions by likelihood, in that order.
import path from 'node:path';
import type { CotSettings } from '../../documents/cot/schema';
import { strategyOf } from '../../documents/cot/strategy';
import type { AnswerRecord } from '../../protocol/answer-record';
import type { ModelClient } from '../client/client';
import { inParallel } from '../client/parallel';
import { ScoreCache } from '../evaluate/cache';
import type { LikelihoodModel } from '../inference/interfaces';
import { answerSample } from './answer';
import type { ExemplarSource } from './exemplars/source';
import { Journal, recordKey, type KeptAnswer } from './journal';
import { likelihoodForm, scoreLikelihood, type LikelihoodScores, type NoLikelihood } from './likelihood';
import { chosenQuestions, planQuestion, type PlanFile, type PlannedSample } from './plan';
import type { PromptQuestion } from './question';
import { findRationale } from './rationales';
import { Refusals } from './refusals';
import { outcomes, spentOn, summarise, type PromptSummary, type QuestionOutcome } from './summary';

export interface ExperimentOptions {
  /** Name and content identity of the model: part of the key under which an answer is kept. */
  readonly modelIdentity: string;
  /** results.jsonl: read first, appended to as answers come. Rationales and likelihoods are kept beside it. */
  readonly journalFile: string;
  /** The .cot file, for messages. */
  readonly file?: string;
  /** Aborts the requests under way; the generator then throws Stopped. */
  readonly signal?: AbortSignal;
  /** Requests under way at once; default 1. */
  readonly concurrency?: number;
  /** Needed by strategies that show solved questions. */
  readonly exemplars?: ExemplarSource;
  /** Scores the same questions, or says why not; absent leaves the score out. */
  readonly likelihood?: LikelihoodModel | NoLikelihood;
}

export type ExperimentEvent =
  /** Solved questions the model reasoned about so far, of those whose reasoning is needed. */
  | { readonly type: 'reasoned'; readonly kept: number; readonly dropped: number }
  | { readonly type: 'planned'; readonly samples: number; readonly kept: number; readonly tornLine: boolean }
  /** `done` counts kept and new answers. */
  | { readonly type: 'answered'; readonly record: AnswerRecord; readonly done: number; readonly total: number }
  | { readonly type: 'scored'; readonly done: number; readonly total: number }
  | { readonly type: 'finished'; readonly outcomes: readonly QuestionOutcome[]; readonly summary: PromptSummary };

/** Which sample; planned again when it is asked, since the prompts of 50,000 questions would fill memory. */
interface OpenSample { readonly strategy: string; readonly index: number; readonly repeat: number }

/**
 * Asks every sample that the journal does not hold yet. Stopping is leaving the loop; what was answered is kept. Requests
 * that the endpoint refuses for themselves are passed over and thrown as one user error after the end.
 */
export async function* runExperiment(
  client: ModelClient, settings: CotSettings, body: string, questions: readonly PromptQuestion[], options: ExperimentOptions,
): AsyncGenerator<ExperimentEvent, PromptSummary> {
  const { modelIdentity: model, exemplars, signal, concurrency = 1 } = options;
  const plan: PlanFile = { settings, body, choices: { exemplars }, ...(options.file === undefined ? {} : { file: options.file }) };
  const chosen = chosenQuestions(settings, questions);
  const asked = { client, model, extractor: settings.extractor, signal };
  const reasoned = exemplars ? yield* reason(plan, chosen, exemplars, options, asked) : [];
  const journal = new Journal(options.journalFile);
  try {
    const records: KeptAnswer[] = [];
    const open: OpenSample[] = [];
    for (const sample of planAll(plan, chosen)) {
      const kept = journal.get(recordKey({ model, ...sample }));
      // The set may have grown or been reordered since: an answer counts where its question now stands.
      if (kept) records.push({ ...kept, index: sample.index, question: sample.question.id });
      else open.push({ strategy: sample.strategy, index: sample.index, repeat: sample.repeat });
    }
    const total = records.length + open.length;
    yield { type: 'planned', samples: total, kept: records.length, tornLine: journal.torn };
    const refusals = new Refusals();
    const ask = async (one: OpenSample): Promise<AnswerRecord | undefined> => {
      try {
        const record = await answerSample(planOne(plan, chosen, one), asked);
        journal.append(record);
        refusals.answered();
        return record;
      } catch (error) {
        refusals.take(error);
        return undefined;
      }
    };
    for await (const record of inParallel(open, concurrency, ask)) {
      if (!record) continue;
      records.push(record);
      yield { type: 'answered', record, done: records.length, total };
    }
    const likelihood = yield* score(settings, chosen, options);
    const list = outcomes(settings, chosen, records);
    const summary = summarise(settings, model, list, { likelihood, rationales: exemplars?.learnt, spent: spentOn([...reasoned, ...records]) });
    yield { type: 'finished', outcomes: list, summary };
    refusals.tell(total);
    return summary;
  } finally {
    journal.close();
  }
}

function* planAll(plan: PlanFile, questions: readonly PromptQuestion[]): Generator<PlannedSample> {
  for (const strategy of new Set(plan.settings.strategies)) {
    for (const [index, question] of questions.entries()) yield* planQuestion(plan, strategy, question, index);
  }
}

function planOne(plan: PlanFile, questions: readonly PromptQuestion[], { strategy, index, repeat }: OpenSample): PlannedSample {
  for (const sample of planQuestion(plan, strategy, questions[index]!, index)) if (sample.repeat === repeat) return sample;
  throw new Error(`no sample ${repeat} of question ${index} under ${strategy}`);
}

/** In rounds: what a question needs depends on which of the solved questions were reasoned right. */
async function* reason(plan: PlanFile, questions: readonly PromptQuestion[], source: ExemplarSource, options: ExperimentOptions, asked: Parameters<typeof answerSample>[1]): AsyncGenerator<ExperimentEvent, readonly KeptAnswer[]> {
  const strategies = plan.settings.strategies.map(strategyOf).filter(({ selfGenerated }) => selfGenerated);
  if (strategies.length === 0) return [];
  const journal = new Journal(path.join(path.dirname(options.journalFile), 'rationales.jsonl'));
  const answer = async (sample: PlannedSample): Promise<KeptAnswer> => {
    const kept = journal.get(recordKey({ model: asked.model, ...sample }));
    if (kept) return kept;
    const record = await answerSample(sample, asked);
    journal.append(record);
    return record;
  };
  const find = async (place: number): Promise<ExperimentEvent> => {
    source.learn(place, await findRationale(plan, source, place, answer));
    return { type: 'reasoned', ...source.learnt };
  };
  try {
    for (;;) {
      const wanted = new Set(strategies.flatMap((strategy) => questions.flatMap((question) => source.wanted(question, strategy))));
      if (wanted.size === 0) return journal.records;
      yield* inParallel(wanted, options.concurrency ?? 1, find);
    }
  } finally {
    journal.close();
  }
}

async function* score(settings: CotSettings, questions: readonly PromptQuestion[], { likelihood, journalFile, signal }: ExperimentOptions): AsyncGenerator<ExperimentEvent, LikelihoodScores | NoLikelihood | undefined> {
  if (!likelihood || 'reason' in likelihood) return likelihood;
  const cache = new ScoreCache(path.join(path.dirname(journalFile), 'likelihoods.jsonl'));
  try {
    yield { type: 'scored', done: 0, total: questions.length };
    return await scoreLikelihood(questions, likelihoodForm(settings), { model: likelihood, cache, signal });
  } finally {
    cache.close();
  }
}
