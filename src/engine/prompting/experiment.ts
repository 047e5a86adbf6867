// A prompt experiment as an async generator of typed events: ask, keep, extract, vote, in that order.
import { Stopped } from '../../base/errors/problem';
import type { CotSettings } from '../../documents/cot/schema';
import type { AnswerRecord } from '../../protocol/answer-record';
import type { ModelClient } from '../client/client';
import { extractAnswer } from './extract';
import { appendRecord, readJournal, recordKey } from './journal';
import { planSamples, type PlannedSample } from './plan';
import type { PromptQuestion } from './question';
import { outcomes, summarise, type PromptSummary, type QuestionOutcome } from './summary';

export interface ExperimentOptions {
  /** Name and content identity of the model: part of the key under which an answer is kept. */
  readonly modelIdentity: string;
  /** results.jsonl: read first, appended to as answers come. */
  readonly journalFile: string;
  /** The .cot file, for messages. */
  readonly file?: string;
  /** Aborts the request under way; the generator then throws Stopped. */
  readonly signal?: AbortSignal;
}

export type ExperimentEvent =
  | { readonly type: 'planned'; readonly samples: number; readonly kept: number; readonly tornLine: boolean }
  /** `done` counts kept and new answers. */
  | { readonly type: 'answered'; readonly record: AnswerRecord; readonly done: number; readonly total: number }
  | { readonly type: 'finished'; readonly outcomes: readonly QuestionOutcome[]; readonly summary: PromptSummary };

/** Asks every sample that the journal does not hold yet. Stopping is leaving the loop; what was answered is kept. */
export async function* runExperiment(
  client: ModelClient, settings: CotSettings, body: string, questions: readonly PromptQuestion[], options: ExperimentOptions,
): AsyncGenerator<ExperimentEvent, PromptSummary> {
  const model = options.modelIdentity;
  const samples = [...planSamples(settings, body, questions, options.file)];
  const { records: journal, torn } = readJournal(options.journalFile);
  const records: AnswerRecord[] = [];
  const open: PlannedSample[] = [];
  for (const sample of samples) {
    const kept = journal.get(recordKey({ model, ...sample }));
    // The set may have grown or been reordered since: an answer counts where its question now stands.
    if (kept) records.push({ ...kept, index: sample.index, question: sample.question.id });
    else open.push(sample);
  }
  yield { type: 'planned', samples: samples.length, kept: records.length, tornLine: torn };
  for (const sample of open) {
    const record = await ask(client, sample, settings, model, options.signal);
    appendRecord(options.journalFile, record);
    records.push(record);
    yield { type: 'answered', record, done: records.length, total: samples.length };
  }
  const list = outcomes(settings, questions.slice(0, settings.limit), records);
  const summary = summarise(settings, model, list);
  yield { type: 'finished', outcomes: list, summary };
  return summary;
}

async function ask(client: ModelClient, sample: PlannedSample, settings: CotSettings, model: string, signal: AbortSignal | undefined): Promise<AnswerRecord> {
  if (signal?.aborted) throw new Stopped();
  const { choices, usage } = await client.chat(sample.request, signal ? { signal } : {});
  const choice = choices[0]!;
  return {
    schema: 1, model, promptHash: sample.promptHash, strategy: sample.strategy, repeat: sample.repeat,
    question: sample.question.id, index: sample.index, letters: sample.question.options.map((option) => option.letter), gold: sample.question.answer,
    seed: sample.request.seed!, answer: choice.text, finishReason: choice.finishReason,
    ...(usage ? { promptTokens: usage.promptTokens, completionTokens: usage.completionTokens } : {}),
    extracted: extractAnswer(choice.text, sample.question.options, settings.extractor),
  };
}
