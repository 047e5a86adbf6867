// What is asked: for every question, strategy and repeat one request, with the key under which its answer is kept.
import { createHash } from 'node:crypto';
import { RandomStream } from '../../base/math/random';
import { renderCot, type StrategyName } from '../../documents/cot/render';
import type { CotSettings } from '../../documents/cot/schema';
import type { ChatRequest } from '../client/client';
import type { PromptQuestion } from './question';

export interface PlannedSample {
  readonly question: PromptQuestion;
  /** Place of the question in the set, from 0. */
  readonly index: number;
  readonly strategy: StrategyName;
  readonly repeat: number;
  readonly request: ChatRequest;
  readonly promptHash: string;
}

/**
 * Samples of one question under a strategy. Self-consistency takes `repeats`; the others too when they sample, and one
 * when they are greedy, since every repeat would be the same.
 */
export function samplesPerQuestion(settings: CotSettings, strategy: StrategyName): number {
  return strategy === 'self-consistency' || settings.temperature > 0 ? settings.repeats : 1;
}

/** In the order asked: strategy by strategy, question by question, so that an interrupted run has whole strategies first. */
export function* planSamples(settings: CotSettings, body: string, questions: readonly PromptQuestion[], file?: string): Generator<PlannedSample> {
  const chosen = settings.limit === undefined ? questions : questions.slice(0, settings.limit);
  for (const strategy of new Set(settings.strategies)) {
    for (const [index, question] of chosen.entries()) {
      const messages = renderCot(body, { question: question.question, options: question.options, strategy, examples: [] }, file);
      for (let repeat = 0; repeat < samplesPerQuestion(settings, strategy); repeat++) {
        const request: ChatRequest = {
          messages,
          temperature: strategy === 'self-consistency' ? settings.selfConsistencyTemperature : settings.temperature,
          topP: settings.topP,
          maxTokens: settings.maxTokens,
          stop: settings.stop,
          seed: sampleSeed(settings.seed, strategy, question.id, repeat),
        };
        yield { question, index, strategy, repeat, request, promptHash: hashOf(request) };
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
