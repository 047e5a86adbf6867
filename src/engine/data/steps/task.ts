// A piece of work for one core: a step of one piece of the input, or pairs of documents to compare. Plain data, so that a thread
// can be handed it.
import type { BenchmarkTable } from '../benchmarks/table';
import { loadTokenizer, rustEncoder } from '../../tokenizer';
import { readStep } from './artefact';
import { Comparer, type CompareTask } from './compare-step';
import { type EncodeSummary, type Encoders, type EncodeTask, findEncoded, runEncode } from './encode-step';
import type { Turn } from './read-step';
import { runScreen, screenFolder, type ScreenSummary, type ScreenTask } from './screen-step';

export type Task = { readonly kind: 'screen'; readonly task: ScreenTask } | { readonly kind: 'compare'; readonly task: CompareTask } | { readonly kind: 'encode'; readonly task: EncodeTask };
export type TaskResult<T extends Task> = T extends { kind: 'screen' } ? ScreenSummary : T extends { kind: 'compare' } ? Float64Array : EncodeSummary;

/** What an earlier build, or one that was killed, has done already. */
export async function findDone<T extends Task>({ kind, task }: T): Promise<TaskResult<T> | undefined> {
  if (kind === 'compare') return undefined;
  return (kind === 'screen' ? readStep<ScreenSummary>(screenFolder(task)) : findEncoded(task)) as Promise<TaskResult<T> | undefined>;
}

/** What all tasks of a build share, and is opened once. */
export interface Workplace { readonly benchmarks: BenchmarkTable | undefined; readonly tokenizerFolder: string }

export class TaskRunner {
  #encoders: Promise<Encoders> | undefined;
  #comparer: Comparer | undefined;

  constructor(private readonly workplace: Workplace) {}

  async run(task: Task, turn: Turn): Promise<ScreenSummary | Float64Array | EncodeSummary> {
    if (task.kind === 'screen') return runScreen(task.task, this.workplace.benchmarks, turn);
    if (task.kind === 'compare') return (this.#comparer ??= new Comparer()).run(task.task);
    this.endComparing();
    return runEncode(task.task, () => (this.#encoders ??= openEncoders(this.workplace.tokenizerFolder)), turn);
  }

  /** What is kept for the next comparison is not needed any more. */
  endComparing(): void {
    this.#comparer?.close();
    this.#comparer = undefined;
  }
}

async function openEncoders(folder: string): Promise<Encoders> {
  const tokenizer = await loadTokenizer(folder);
  return { tokenizer, encodeTexts: await rustEncoder(folder, tokenizer) };
}
