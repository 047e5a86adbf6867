// One planned sample put to a model, and the record of what came back.
import { Stopped } from '../../base/errors/problem';
import type { CotSettings } from '../../documents/cot/schema';
import type { AnswerRecord } from '../../protocol/answer-record';
import type { ModelClient } from '../client/client';
import { extractorName, extractShown } from './extract';
import type { PlannedSample } from './plan';

export interface Asked {
  readonly client: ModelClient;
  /** Name and content identity. */
  readonly model: string;
  readonly extractor: CotSettings['extractor'];
  readonly signal?: AbortSignal | undefined;
}

/** Throws Stopped when aborted. */
export async function answerSample(sample: PlannedSample, { client, model, extractor, signal }: Asked): Promise<AnswerRecord> {
  if (signal?.aborted) throw new Stopped();
  const begun = performance.now();
  const { choices, usage, isKept } = await client.chat(sample.request, signal ? { signal } : {});
  const { text, finishReason } = choices[0]!;
  const { question, order, exemplars } = sample;
  return {
    schema: 1, model, promptHash: sample.promptHash, strategy: sample.strategy, repeat: sample.repeat,
    question: question.id, index: sample.index, letters: question.options.map((option) => option.letter), gold: question.answer,
    ...(order ? { order } : {}), ...(exemplars ? { exemplars } : {}), ...(order ?? exemplars ? { messages: sample.messages } : {}),
    seed: sample.request.seed!, answer: text, finishReason,
    ...(usage ? { promptTokens: usage.promptTokens, completionTokens: usage.completionTokens } : {}),
    ...(isKept ? {} : { durationMs: Math.round(performance.now() - begun) }),
    extractor: extractorName(extractor),
    extracted: extractShown(text, question.options, order, extractor),
  };
}
