// The answers of one prompt job, taken from results.jsonl as it grows. Of each only its letter and its place in the file
// are kept; texts are read again when a cell is looked at.
import { open } from 'node:fs/promises';
import path from 'node:path';
import { type ChatMessage, renderCot, type StrategyName } from '../../documents/cot/render';
import { samplesPerQuestion } from '../../documents/cot/score';
import type { AnswerRecord } from '../../protocol/answer-record';
import type { PromptJobFile } from '../../protocol/job-file';
import type { SampleText } from '../../protocol/panels/answers';
import { promptVersion } from '../../runs/asks';
import { LineTail } from '../../runs/events/tail';
import { jobPath } from '../../runs/layout';
import { shownText } from './ask-answers';
import { type JobSummary, JobSummaryReader } from './job-summary';
import type { ShownQuestion } from './question-record';
import { VariantAnswers } from './variant-answers';

interface TextPlace { readonly start: number; readonly length: number }

export class JobAnswers {
  readonly variants: ReadonlyMap<StrategyName, VariantAnswers<TextPlace>>;
  readonly #results: string;
  readonly #tail: LineTail;
  readonly #summary: JobSummaryReader;
  #offset = 0;

  constructor(folder: string, readonly file: PromptJobFile) {
    const { strategies, tieRule } = file.resolved.cot;
    this.#results = path.join(jobPath(folder, 'results'), 'results.jsonl');
    this.#tail = new LineTail(this.#results);
    this.#summary = new JobSummaryReader(folder);
    this.variants = new Map([...new Set(strategies)].map((strategy) => [strategy, new VariantAnswers<TextPlace>(strategy, tieRule)]));
  }

  /** Takes in what was added; true when anything was. */
  async look(): Promise<boolean> {
    const lines = await this.#tail.read();
    for (const line of lines) {
      const length = Buffer.byteLength(line);
      const record = parseRecord(line);
      if (record) {
        const { strategy, question, gold, repeat, extracted } = record;
        const expected = samplesPerQuestion(this.file.resolved.cot, strategy);
        this.variants.get(strategy)?.add({ question, gold, repeat, expected, letter: extracted.letter, source: { start: this.#offset, length } });
      }
      this.#offset += length + 1;
    }
    return await this.#summary.look() || lines.length > 0;
  }

  async texts(strategy: StrategyName, question: string): Promise<{ readonly samples: SampleText[]; readonly sent?: readonly ChatMessage[] }> {
    const samples = this.variants.get(strategy)?.samples(question) ?? [];
    if (samples.length === 0) return { samples: [] };
    const handle = await open(this.#results, 'r');
    try {
      const texts: SampleText[] = [];
      let sent: readonly ChatMessage[] | undefined;
      for (const { source } of samples) {
        const { buffer, bytesRead } = await handle.read(Buffer.alloc(source.length), 0, source.length, source.start);
        const record = parseRecord(buffer.toString('utf8', 0, bytesRead));
        if (record) texts.push(sampleText(record));
        // Of several orders of the options the first is shown.
        sent ??= record?.messages;
      }
      return { samples: texts, ...(sent ? { sent } : {}) };
    } finally {
      await handle.close();
    }
  }

  get summary(): JobSummary {
    return this.#summary.summary;
  }

  /** Of what the file makes of a question; compared with what it would make now. */
  get version(): string {
    return promptVersion(this.file.resolved.cot, this.file.resolved.body);
  }

  /** The prompt from the job's own copy of the prompt file; undefined when it does not render with this question. */
  prompt(strategy: StrategyName, { question, options }: ShownQuestion): ChatMessage[] | undefined {
    try {
      return renderCot(this.file.resolved.body, { question, options, strategy, examples: [] });
    } catch {
      return undefined;
    }
  }
}

function sampleText({ repeat, answer, extracted: { letter, taken, rule }, finishReason, ...shown }: AnswerRecord): SampleText {
  return { repeat, answer, taken, rule, finishReason, ...(letter === undefined ? {} : { letter }), ...shownText(shown) };
}

/** Undefined for a line that is no answer: the engine says so when it reads the file. */
function parseRecord(line: string): AnswerRecord | undefined {
  try {
    const record = JSON.parse(line) as Partial<AnswerRecord> | null;
    return record?.schema === 1 && typeof record.answer === 'string' && typeof record.question === 'string' && typeof record.extracted === 'object' ? record as AnswerRecord : undefined;
  } catch {
    return undefined;
  }
}
