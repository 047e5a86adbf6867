// The answers of one prompt job, taken from results.jsonl as it grows. Of each only its letter and its place in the file
// are kept; texts are read again when a cell is looked at.
import { open } from 'node:fs/promises';
import path from 'node:path';
import { type ChatMessage, renderCot, type StrategyName } from '../../documents/cot/render';
import { samplesPerQuestion } from '../../documents/cot/score';
import type { AnswerRecord } from '../../protocol/answer-record';
import type { PromptJobFile } from '../../protocol/job-file';
import type { SampleText } from '../../protocol/panels/answers';
import { LineTail } from '../../runs/events/tail';
import { jobPath } from '../../runs/layout';
import type { ShownQuestion } from './question-record';
import { VariantAnswers } from './variant-answers';

interface TextPlace { readonly start: number; readonly length: number }

export class JobAnswers {
  readonly variants: ReadonlyMap<StrategyName, VariantAnswers<TextPlace>>;
  readonly #results: string;
  readonly #tail: LineTail;
  #offset = 0;

  constructor(folder: string, readonly file: PromptJobFile) {
    const { strategies, tieRule } = file.resolved.cot;
    this.#results = path.join(jobPath(folder, 'results'), 'results.jsonl');
    this.#tail = new LineTail(this.#results);
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
    return lines.length > 0;
  }

  async texts(strategy: StrategyName, question: string): Promise<SampleText[]> {
    const samples = this.variants.get(strategy)?.samples(question) ?? [];
    if (samples.length === 0) return [];
    const handle = await open(this.#results, 'r');
    try {
      const texts: SampleText[] = [];
      for (const { source } of samples) {
        const { buffer, bytesRead } = await handle.read(Buffer.alloc(source.length), 0, source.length, source.start);
        const record = parseRecord(buffer.toString('utf8', 0, bytesRead));
        if (record) texts.push(sampleText(record));
      }
      return texts;
    } finally {
      await handle.close();
    }
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

function sampleText({ repeat, answer, extracted: { letter, taken, rule }, finishReason }: AnswerRecord): SampleText {
  return { repeat, answer, taken, rule, finishReason, ...(letter === undefined ? {} : { letter }) };
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
