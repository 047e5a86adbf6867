// Self-generated Chain-of-Thought: the model reasons about solved questions, and what led to the right answer is kept.
import { renderCot } from '../../documents/cot/render';
import type { AnswerRecord } from '../../protocol/answer-record';
import type { ChatRequest } from '../client/client';
import type { ExemplarSource } from './exemplars/source';
import { extractShown, reasoningOf } from './extract';
import { hashOf, sampleSeed, type PlanFile, type PlannedSample } from './plan';

/** Strategy under which the answers to solved questions are recorded. */
export const rationaleStrategy = 'self-generated-cot';

/** Reasoning of a solved question at the n-th try: greedy first, then sampled. */
export function planRationale({ settings, body, file }: PlanFile, source: ExemplarSource, place: number, attempt: number): PlannedSample {
  const question = source.pool[place]!;
  const messages = renderCot(body, { question: question.question, options: question.options, strategy: 'chain-of-thought', examples: [] }, file);
  const request: ChatRequest = {
    messages, temperature: attempt === 0 ? 0 : settings.selfConsistencyTemperature, topP: settings.topP, maxTokens: settings.maxTokens, stop: settings.stop,
    seed: sampleSeed(settings.seed, rationaleStrategy, question.id, attempt),
  };
  return { question, index: place, strategy: rationaleStrategy, repeat: attempt, shown: question.options, messages, request, promptHash: hashOf(request) };
}

/** The reasoning of an answer that came to the right letter; undefined when it did not, or gave no reasoning. */
export function rationaleOf({ answer }: Pick<AnswerRecord, 'answer'>, { question }: PlannedSample, extractor: Parameters<typeof extractShown>[3]): string | undefined {
  if (extractShown(answer, question.options, undefined, extractor).letter !== question.answer) return undefined;
  return reasoningOf(answer) || undefined;
}

/** Asks for one rationale after another until one is right; the answer may be kept already. */
export async function findRationale(plan: PlanFile, source: ExemplarSource, place: number, answer: (sample: PlannedSample) => Promise<Pick<AnswerRecord, 'answer'>>): Promise<string | null> {
  const attempts = plan.settings.exemplars?.attempts ?? 1;
  for (let attempt = 0; attempt < attempts; attempt++) {
    const sample = planRationale(plan, source, place, attempt);
    const rationale = rationaleOf(await answer(sample), sample, plan.settings.extractor);
    if (rationale !== undefined) return rationale;
  }
  return null;
}
