// One request: the model, then every sample streamed, judged, kept in asks.jsonl and told, several at once where the
// model allows it.
import { Stopped } from '../../../base/errors/problem';
import type { AskRecord, AskRequest, FromAsks, SampleKey } from '../../../protocol/asks';
import { appendAsk } from '../../../runs/asks';
import type { Usage } from '../../client';
import { extractorVersion, extractShown } from '../../prompting';
import { sparseProgress, type OnProgress } from '../../hub';
import { needsVectors } from '../prompt/exemplars';
import { embeddingEndpoint, openEmbed, promptEgress } from '../prompt/model';
import { openAskModel, type AskedModel } from './model';
import { planAsk, samplesOf, type AskPlan, type AskSample } from './plan';

export interface AskOptions {
  readonly root: string;
  /** Told in the order things happen; `done`, `cancelled` and `failed` are the caller's to tell. */
  readonly send: (message: FromAsks) => void;
  readonly signal: AbortSignal;
  /** How long a model that this request starts stays without a request; default 10 minutes. */
  readonly idleMs?: number;
}

/** Ends when every sample is answered. Throws a UserError for what the user can mend, Stopped when aborted. */
export async function answerAsk(request: AskRequest, options: AskOptions): Promise<void> {
  const { root, send, signal } = options;
  const { id } = request;
  const plan = await planAsk(root, request);
  const name = request.model.kind === 'endpoint' ? request.model.name : request.model.reference;
  const tellDownload = sparseProgress((file, doneBytes, totalBytes) => { send({ type: 'downloading', id, model: name, file, doneBytes, totalBytes }); });
  const server = {
    signal,
    onDownload: (...progress: Parameters<OnProgress>) => {
      if (signal.aborted) throw new Stopped(); // what has arrived is kept
      tellDownload(...progress);
    },
    onStarting: () => { send({ type: 'starting', id, model: name }); },
    ...(options.idleMs === undefined ? {} : { idleMs: options.idleMs }),
  };
  const facts = await promptEgress(root, plan.settings, plan);
  const model = await openAskModel(root, request.model, facts, server);
  const opened = await model.open();
  const embedding = needsVectors(plan.settings) ? embeddingEndpoint(plan.settings, request.embeddingConsent) : undefined;
  const samples = await samplesOf(root, plan, { ...opened, embed: openEmbed(root, plan.settings, embedding, opened, facts) }, signal);
  send({ type: 'asked', id, samples: samples.length, model: model.name });
  const waiting = samples.values();
  const others = new AbortController();
  const first: { failure?: Error } = {};
  const ask = async (): Promise<void> => {
    for (const sample of waiting) {
      const key: SampleKey = { line: sample.line, strategy: sample.strategy, repeat: sample.repeat };
      const record = await answerSample(plan, sample, model, id, AbortSignal.any([signal, others.signal]), (text) => { send({ type: 'text', id, sample: key, text }); });
      await appendAsk(root, record);
      send({ type: 'answered', id, sample: key, record });
    }
  };
  // The first failure ends the others, and all have ended before it is told.
  await Promise.all(Array.from({ length: model.concurrency }, () => ask().catch((error: unknown) => {
    first.failure ??= error instanceof Error ? error : new Error(String(error));
    others.abort();
  })));
  if (signal.aborted) throw new Stopped();
  if (first.failure) throw first.failure;
}

async function answerSample(plan: AskPlan, sample: AskSample, model: AskedModel, ask: string, signal: AbortSignal, onText: (text: string) => void): Promise<AskRecord> {
  if (signal.aborted) throw new Stopped();
  const { client, identity, tellsUsage } = await model.open();
  const { request, question, strategy, repeat, repeats } = sample;
  const begun = performance.now();
  let firstTextMs: number | undefined;
  let answer = '';
  let finishReason = 'unknown';
  const counts: Partial<Usage> = {};
  for await (const part of client.streamChat(request, { signal, ...(tellsUsage ? { onUsage: (usage: Usage) => { Object.assign(counts, usage); } } : {}) })) {
    finishReason = part.finishReason ?? finishReason;
    if (part.text === '') continue;
    firstTextMs ??= performance.now() - begun;
    answer += part.text;
    onText(part.text);
  }
  const durationMs = Math.round(performance.now() - begun);
  const { letter, taken, rule } = extractShown(answer, question.options, sample.order, plan.settings.extractor);
  return {
    schema: 1, ask, at: new Date().toISOString(), cot: plan.cot, questions: plan.questions, cotVersion: plan.cotVersion,
    line: sample.line, questionHash: sample.questionHash, question: question.id, strategy, repeat, repeats,
    model: model.name, modelIdentity: identity, cloud: model.cloud,
    messages: sample.messages, answer, finishReason,
    letters: question.options.map((option) => option.letter), gold: question.answer,
    ...(sample.order ? { order: sample.order } : {}), ...(sample.exemplars ? { exemplars: sample.exemplars } : {}),
    ...(letter === undefined ? {} : { letter }), taken, rule,
    extractor: plan.settings.extractor, extractorVersion, temperature: request.temperature ?? 0, seed: request.seed ?? 0,
    firstTextMs: Math.round(firstTextMs ?? durationMs), durationMs, ...counts,
  };
}
