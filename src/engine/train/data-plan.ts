// The order in which rows are learnt, as a pure function of the step: pass after pass over the mix, the stages of a pass
// in the mix's order, the rows of a stage shuffled anew each pass. Nothing is carried from step to step, so a resumed
// run reads what an uninterrupted one would have read.
import { RandomStream } from '../../base/math/random';
import type { RowReference } from './batch';
import { documentAt, type ShardRows } from './rows';

/** Where a row stands: pass over the mix (from 0), stage of the pass, place in the stage's shuffled order. */
export interface DataPosition {
  readonly epoch: number;
  readonly stage: string;
  readonly index: number;
}

export interface DataPlanSettings {
  /** Passes over the mix; may be a fraction. */
  readonly epochs: number;
  /** Updates; overrides `epochs`, and the data repeats as long as needed. */
  readonly steps?: number | undefined;
  /** Non-padding input tokens; overrides `epochs`. The run ends with the row that reaches them. */
  readonly tokens?: number | undefined;
  /** Rows of a micro-batch, and micro-batches of an update. */
  readonly batchSize: number;
  readonly accumulationSteps: number;
  readonly seed: number;
}

export class DataPlan {
  readonly totalSteps: number;
  readonly rowsPerPass: number;
  /** Rows of the whole run; a row of a later pass counts again. */
  readonly totalRows: number;
  readonly #rowsPerStep: number;
  #order: { key: string; rows: number[] } = { key: '', rows: [] };

  constructor(readonly stages: readonly ShardRows[], readonly settings: DataPlanSettings) {
    this.rowsPerPass = stages.reduce((sum, stage) => sum + stage.starts.length, 0);
    this.#rowsPerStep = settings.batchSize * settings.accumulationSteps;
    this.totalRows = this.#countRows();
    this.totalSteps = Math.ceil(this.totalRows / this.#rowsPerStep);
  }

  /** Position of the first row of the update after `step` updates. */
  position(step: number): DataPosition {
    const { epoch, stage, index } = this.#locate(step * this.#rowsPerStep);
    return { epoch, stage: stage.name, index };
  }

  /** Micro-batches of the update after `step` updates. The last update of all, and its last micro-batch, may be smaller. */
  microBatches(step: number): RowReference[][] {
    const from = step * this.#rowsPerStep;
    const to = Math.min(from + this.#rowsPerStep, this.totalRows);
    const batches: RowReference[][] = [];
    for (let first = from; first < to; first += this.settings.batchSize) {
      const size = Math.min(this.settings.batchSize, to - first);
      batches.push(Array.from({ length: size }, (_, i) => this.#row(first + i)));
    }
    return batches;
  }

  #countRows(): number {
    const { epochs, steps, tokens } = this.settings;
    if (this.rowsPerPass === 0) return 0;
    if (steps !== undefined) return steps * this.#rowsPerStep;
    return tokens === undefined ? Math.max(Math.round(epochs * this.rowsPerPass), 1) : this.#rowsUpTo(tokens);
  }

  /** Rows in the order of the plan until their input tokens reach `tokens`. */
  #rowsUpTo(tokens: number): number {
    const perPass = this.stages.reduce((sum, { lengths }) => sum + lengths.reduce((inStage, length) => inStage + length, 0), 0);
    const passes = Math.floor(tokens / perPass);
    let rows = passes * this.rowsPerPass;
    for (let left = tokens - passes * perPass; left > 0; rows += 1) {
      const { of, row } = this.#row(rows);
      left -= of.lengths[row]!;
    }
    return rows;
  }

  #row(at: number): RowReference {
    const { epoch, stage, index } = this.#locate(at);
    const key = `order/${stage.name}/${epoch}`;
    if (this.#order.key !== key) {
      const rows = Array.from(stage.starts, (_, row) => row);
      this.#order = { key, rows: RandomStream.of(this.settings.seed, key).shuffled(rows) };
    }
    return { of: stage, row: this.#order.rows[index]! };
  }

  #locate(at: number): { epoch: number; stage: ShardRows; index: number } {
    const epoch = Math.floor(at / this.rowsPerPass);
    let index = at % this.rowsPerPass;
    for (const stage of this.stages) {
      if (index < stage.starts.length) return { epoch, stage, index };
      index -= stage.starts.length;
    }
    throw new Error(`Row ${at} is in no stage of ${this.stages.length}.`);
  }
}

/** The documents of one stage that rows were cut from, by their index in it. */
export interface DocumentsOfStage { readonly stage: string; readonly documents: readonly number[] }

/** Which documents the rows were cut from, ascending; no text. */
export function documentsOf(references: readonly RowReference[]): DocumentsOfStage[] {
  const byStage = new Map<string, Set<number>>();
  for (const { of, row } of references) {
    const start = of.starts[row]!;
    const documents = byStage.get(of.name) ?? new Set<number>();
    const last = documentAt(of.shard.starts, start + of.lengths[row]!);
    for (let document = documentAt(of.shard.starts, start); document <= last; document++) documents.add(of.documentIds?.[document] ?? document);
    byStage.set(of.name, documents);
  }
  return [...byStage].map(([stage, documents]) => ({ stage, documents: [...documents].sort((a, b) => a - b) }));
}

/** `clinical: documents 3, 17–18` for an error message. */
export function describeDocuments(stages: readonly DocumentsOfStage[]): string {
  return stages.map(({ stage, documents }) => `${stage}: documents ${ranges(documents)}`).join('; ');
}

function ranges(sorted: readonly number[]): string {
  const parts: [number, number][] = [];
  for (const value of sorted) {
    const last = parts.at(-1);
    if (last?.[1] === value - 1) last[1] = value;
    else parts.push([value, value]);
  }
  return parts.map(([from, to]) => (from === to ? String(from) : `${from}–${to}`)).join(', ');
}
