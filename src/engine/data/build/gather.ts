// From a plan to what is left of its documents, as tokens: reads and screens every piece, decides across documents, encodes what
// is left. Each step of each piece is kept in the cache, so that only what is new or changed is done.
import { availableParallelism } from 'node:os';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { openBenchmarks, type OpenedBenchmark } from '../benchmarks/open';
import { storedName } from '../plan/expand';
import { tokenizerInputs } from '../plan/hash';
import type { MixPlan } from '../plan/plan';
import { Columns } from '../columns';
import { columnsFile, digest, removeUnfinished } from '../steps/artefact';
import { type EncodeSettings, encodedName, encodedWords } from '../steps/encode-step';
import { cutIntoPieces } from '../steps/pieces';
import { Pool } from '../steps/pool';
import { readFolder } from '../steps/read-step';
import { screenFolder, type ScreenTask } from '../steps/screen-step';
import type { BenchmarkTable } from '../benchmarks/table';
import { Corpus, type CorpusPiece } from './corpus';
import { Encoded } from './encoded';
import { chooseHeldOut, dropEqual } from './held-out';
import { dropNearDuplicates, type NearDuplicates } from './near-duplicates';
import { maximumTokens, type PartCounts, partLabel, type PlannedPart, partsOf, type ReadOptions, refuseEmpty } from './parts';
import { StepProgress } from './step-progress';
import { DocumentTable } from './table';

export interface Gathered {
  readonly corpus: Corpus;
  readonly encoded: Encoded;
  readonly nearDuplicates: NearDuplicates | undefined;
  readonly benchmarks: readonly OpenedBenchmark[];
  readonly benchmarkTable: BenchmarkTable | undefined;
}

/** Below this many bytes of input one thread is done before others have started. */
const fewBytes = 6_000_000;

/** Throws what is wrong with the sources; the caller closes the corpus. */
export async function gather(plan: MixPlan, options: ReadOptions): Promise<Gathered> {
  const { signal } = options;
  signal?.throwIfAborted();
  await removeUnfinished(plan.root);
  const parts = partsOf(plan);
  const benchmarks = await openBenchmarks(plan.questions);
  const bytes = plan.inputs.reduce((sum, input) => sum + input.bytes, 0);
  const threads = options.threads ?? (bytes < fewBytes ? 1 : availableParallelism());
  const pool = new Pool({ threads, signal, workplace: { benchmarks: benchmarks.table, tokenizerFolder: plan.tokenizerFolder } });
  try {
    const corpus = await screenAll(plan, parts, pool, options);
    try {
      chooseHeldOut(plan, parts, corpus.table);
      dropEqual(parts, corpus.table, plan.mix.deduplicate.exact);
      const nearDuplicates = await dropNearDuplicates(plan, corpus, pool, options);
      const encoded = await encodeAll(plan, corpus, pool, options);
      return { corpus, encoded, nearDuplicates, benchmarks: benchmarks.opened, benchmarkTable: benchmarks.table };
    } catch (error) {
      corpus.close();
      throw error;
    }
  } finally {
    await pool.close();
  }
}

async function screenAll(plan: MixPlan, parts: readonly PlannedPart[], pool: Pool, options: ReadOptions): Promise<Corpus> {
  const tasks: { readonly part: number; readonly task: ScreenTask }[] = [];
  for (const [part, planned] of parts.entries()) tasks.push(...(await screenTasks(plan, planned)).map((task) => ({ part, task })));
  const progress = new StepProgress(parts.map((part) => `Reading ${part.isHeldOut ? 'held-out ' : ''}${part.name}`), tasks.map(({ part }) => part), options.onProgress);
  const summaries = await pool.map(tasks.map(({ task }) => ({ kind: 'screen', task }) as const), (index, told) => { progress.tell(index, told); });
  parts.forEach((part, at) => { refuseEmpty(plan, part, countsOf(summaries.filter((_, index) => tasks[index]!.part === at))); });
  const table = new DocumentTable(new Columns(columnsFile(plan.root)));
  const pieces: CorpusPiece[] = [];
  let positionsBefore = 0;
  tasks.forEach(({ part, task }, index) => {
    if (index > 0 && tasks[index - 1]!.part !== part) positionsBefore = 0;
    const piece: CorpusPiece = { part, task, readFolder: readFolder(task.read), screenFolder: screenFolder(task), summary: summaries[index]!, firstRow: table.length, positionsBefore };
    pieces.push(piece);
    table.addPiece(part, index, piece.screenFolder);
    positionsBefore += summaries[index]!.records;
  });
  return new Corpus(parts, pieces, table);
}

async function screenTasks(plan: MixPlan, part: PlannedPart): Promise<ScreenTask[]> {
  const hashes = new Map(plan.inputs.map((input) => [input.path, input.sha256]));
  const { minhash } = plan.mix.deduplicate;
  const benchmarksKey = part.isHeldOut ? '' : digest(plan.questions.flatMap(({ input, benchmark, split }) => (input ? [[input.name, hashes.get(input.name), benchmark, split]] : [])));
  const pieces = await cutIntoPieces(part.source.files);
  return pieces.map((files) => ({
    read: { root: plan.root, files, hashes: files.map((file) => hashes.get(file.name)!), stamps: files.map((file) => plan.stamps.get(file.name)!), read: part.read, groupBy: part.groupBy },
    screen: {
      minimumCharacters: part.minimumCharacters, filters: part.filters, licence: part.licence, phiScreen: part.phiScreen, benchmarksKey,
      signature: minhash && { nGrams: minhash.nGrams, normNumbers: minhash.normNumbers, numBuckets: minhash.numBuckets, hashesPerBucket: minhash.hashesPerBucket, seed: minhash.seed },
    },
  }));
}

export function countsOf(summaries: readonly CorpusPiece['summary'][]): PartCounts {
  const setAside: Record<string, number> = {};
  for (const { dropped } of summaries) {
    for (const reasons of Object.values(dropped)) for (const [reason, { documents }] of Object.entries(reasons)) setAside[reason] = (setAside[reason] ?? 0) + documents;
  }
  return {
    records: summaries.reduce((sum, one) => sum + one.records, 0), rows: summaries.reduce((sum, one) => sum + one.rows, 0), setAside,
    firstBad: Object.assign({}, ...[...summaries].reverse().map((one) => one.firstBad)) as PartCounts['firstBad'],
  };
}

async function encodeAll(plan: MixPlan, corpus: Corpus, pool: Pool, options: ReadOptions): Promise<Encoded> {
  const encode = encodeSettings(plan);
  const { table, pieces, parts } = corpus;
  const tasks = pieces.map(({ task, firstRow, summary }) => ({
    kind: 'encode' as const,
    task: { screened: task, encode, wanted: Uint8Array.from({ length: summary.rows }, (_, row) => (table.isLeft(firstRow + row) ? 1 : 0)) },
  }));
  const progress = new StepProgress(parts.map((part) => `Encoding ${partLabel(part)}`), pieces.map(({ part }) => part), options.onProgress);
  const summaries = await pool.map(tasks, (index, told) => { progress.tell(index, told); });
  const encoded = new Encoded(corpus, summaries.map(({ folder }) => folder));
  for (const [piece, { folder }] of summaries.entries()) encoded.addPiece(piece, await readFile(path.join(folder, encodedName)), encodedWords);
  return encoded;
}

function encodeSettings(plan: MixPlan): EncodeSettings {
  const hashes = new Map(plan.inputs.map((input) => [input.path, input.sha256]));
  const files = tokenizerInputs(plan.tokenizerFolder, storedName(plan.base, plan.tokenizerFolder));
  return {
    tokenizerFolder: plan.tokenizerFolder, tokenizerKey: digest(files.map((file) => [path.basename(file.path), hashes.get(file.name)])),
    chat: { chatTemplate: plan.mix.template.chatTemplate, systemPrompt: plan.mix.template.systemPrompt }, maximumTokens: maximumTokens(plan),
  };
}
