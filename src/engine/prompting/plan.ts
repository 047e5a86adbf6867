// What is asked: for every question, strategy and repeat one request, with the key under which its answer is kept.
import { createHash } from 'node:crypto';
import { RandomStream } from '../../base/math/random';
import { renderCot, type AnswerOption, type ChatMessage, type StrategyName } from '../../documents/cot/render';
import type { CotSettings } from '../../documents/cot/schema';
import { samplesPerQuestion } from '../../documents/cot/score';
import { strategyOf, type Strategy } from '../../documents/cot/strategy';
import type { ChatRequest } from '../client/client';
import { shuffleExemplar } from './exemplars/shuffle';
import type { ExemplarSource } from './exemplars/source';
import { drawOrders, reorder, type Order } from './orders';
import type { PromptQuestion } from './question';

export interface PlannedSample {
  readonly question: PromptQuestion;
  /** Place of the question in the set, from 0. */
  readonly index: number;
  readonly strategy: StrategyName;
  readonly repeat: number;
  /** The options as they are shown. */
  readonly shown: readonly AnswerOption[];
  /** Of the options, where they are not shown as the file has them. */
  readonly order?: Order;
  /** Ids of the solved questions shown before, in their order. */
  readonly exemplars?: readonly string[];
  /** The rendered prompt, which is also in the request. */
  readonly messages: readonly ChatMessage[];
  readonly request: ChatRequest;
  readonly promptHash: string;
}

export interface PlanChoices {
  /** Asked for instead of what the file says; more than one of a greedy strategy are sampled, since they would all be the same. */
  readonly repeats?: number | undefined;
  /** Needed by strategies that show solved questions. */
  readonly exemplars?: ExemplarSource | undefined;
}

interface Sampling { readonly count: number; readonly temperature: number }

function samplingOf(settings: CotSettings, name: StrategyName, strategy: Strategy, repeats: number | undefined): Sampling {
  const temperature = strategy.sampled ? settings.selfConsistencyTemperature : settings.temperature;
  if (repeats === undefined) return { count: samplesPerQuestion(settings, name), temperature };
  return { count: repeats, temperature: repeats > 1 && temperature === 0 && !strategy.shuffled ? settings.selfConsistencyTemperature : temperature };
}

/** In the order asked: strategy by strategy, question by question, so that an interrupted run has whole strategies first. */
export function* planSamples(
  settings: CotSettings, body: string, questions: readonly PromptQuestion[], file?: string, choices: PlanChoices = {},
): Generator<PlannedSample> {
  for (const strategy of new Set(settings.strategies)) {
    for (const [index, question] of chosenQuestions(settings, questions).entries()) yield* planQuestion({ settings, body, ...(file === undefined ? {} : { file }), choices }, strategy, question, index);
  }
}

export function chosenQuestions(settings: CotSettings, questions: readonly PromptQuestion[]): readonly PromptQuestion[] {
  return settings.limit === undefined ? questions : questions.slice(0, settings.limit);
}

export interface PlanFile {
  readonly settings: CotSettings;
  /** Jinja body. */
  readonly body: string;
  /** The .cot file, for messages. */
  readonly file?: string;
  readonly choices: PlanChoices;
}

/** The samples of one question under one strategy. */
export function* planQuestion({ settings, body, file, choices }: PlanFile, name: StrategyName, question: PromptQuestion, index: number): Generator<PlannedSample> {
  const strategy = strategyOf(name);
  const { count, temperature } = samplingOf(settings, name, strategy, choices.repeats);
  const source = strategy.exemplars === 'none' ? undefined : choices.exemplars;
  const exemplars = source?.shownBefore(question, strategy) ?? [];
  const orders = strategy.shuffled ? drawOrders(settings.seed, question.id, question.options, count) : undefined;
  const isSame = !orders;
  let messages: readonly ChatMessage[] | undefined;
  for (let repeat = 0; repeat < count; repeat++) {
    const order = orders?.[repeat];
    const shown = order ? reorder(question.options, order) : question.options;
    const before = order && settings.exemplars?.shuffle ? exemplars.map((one) => shuffleExemplar(one, settings.seed, repeat)) : exemplars;
    if (!isSame || !messages) messages = renderCot(body, { question: question.question, options: shown, strategy: name, examples: source ? before.map((one) => source.toExample(one)) : [] }, file);
    const request: ChatRequest = {
      messages,
      temperature,
      topP: settings.topP,
      maxTokens: settings.maxTokens,
      stop: settings.stop,
      seed: sampleSeed(settings.seed, name, question.id, repeat),
    };
    yield {
      question, index, strategy: name, repeat, shown, messages, request, promptHash: hashOf(request),
      ...(order ? { order } : {}), ...(source ? { exemplars: exemplars.map((one) => one.question.id) } : {}),
    };
  }
}

/** Of its own for every sample and independent of order, so that a resumed run asks what an uninterrupted one would. 31 bits. */
export function sampleSeed(seed: number, strategy: StrategyName, questionId: string, repeat: number): number {
  return RandomStream.of(seed, `prompt/${strategy}/${questionId}/${repeat}`).uint32() >>> 1;
}

export function hashOf(request: ChatRequest): string {
  return createHash('sha256').update(JSON.stringify(request)).digest('hex');
}
