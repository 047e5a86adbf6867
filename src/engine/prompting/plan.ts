// What is asked: for every question, strategy and repeat one request, with the key under which its answer is kept.
import { createHash } from 'node:crypto';
import { RandomStream } from '../../base/math/random';
import { renderCot, type ChatMessage, type StrategyName } from '../../documents/cot/render';
import type { CotSettings } from '../../documents/cot/schema';
import { samplesPerQuestion } from '../../documents/cot/score';
import type { ChatRequest } from '../client/client';
import type { PromptQuestion } from './question';

export interface PlannedSample {
  readonly question: PromptQuestion;
  /** Place of the question in the set, from 0. */
  readonly index: number;
  readonly strategy: StrategyName;
  readonly repeat: number;
  /** The rendered prompt, which is also in the request. */
  readonly messages: readonly ChatMessage[];
  readonly request: ChatRequest;
  readonly promptHash: string;
}

interface Sampling { readonly count: number; readonly temperature: number }

/** @param repeats asked for instead of what the file says; more than one of a greedy strategy are sampled, since they would all be the same. */
function samplingOf(settings: CotSettings, strategy: StrategyName, repeats: number | undefined): Sampling {
  const votes = strategy === 'self-consistency';
  const temperature = votes ? settings.selfConsistencyTemperature : settings.temperature;
  if (repeats === undefined) return { count: samplesPerQuestion(settings, strategy), temperature };
  return { count: repeats, temperature: repeats > 1 && temperature === 0 ? settings.selfConsistencyTemperature : temperature };
}

/** In the order asked: strategy by strategy, question by question, so that an interrupted run has whole strategies first. */
export function* planSamples(
  settings: CotSettings, body: string, questions: readonly PromptQuestion[], file?: string, choices: { readonly repeats?: number } = {},
): Generator<PlannedSample> {
  const chosen = settings.limit === undefined ? questions : questions.slice(0, settings.limit);
  for (const strategy of new Set(settings.strategies)) {
    const { count, temperature } = samplingOf(settings, strategy, choices.repeats);
    for (const [index, question] of chosen.entries()) {
      const messages = renderCot(body, { question: question.question, options: question.options, strategy, examples: [] }, file);
      for (let repeat = 0; repeat < count; repeat++) {
        const request: ChatRequest = {
          messages,
          temperature,
          topP: settings.topP,
          maxTokens: settings.maxTokens,
          stop: settings.stop,
          seed: sampleSeed(settings.seed, strategy, question.id, repeat),
        };
        yield { question, index, strategy, repeat, messages, request, promptHash: hashOf(request) };
      }
    }
  }
}

/** Of its own for every sample and independent of order, so that a resumed run asks what an uninterrupted one would. 31 bits. */
function sampleSeed(seed: number, strategy: StrategyName, questionId: string, repeat: number): number {
  return RandomStream.of(seed, `prompt/${strategy}/${questionId}/${repeat}`).uint32() >>> 1;
}

function hashOf(request: ChatRequest): string {
  return createHash('sha256').update(JSON.stringify(request)).digest('hex');
}
