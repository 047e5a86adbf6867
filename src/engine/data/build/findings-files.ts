// The lists a build leaves beside its shards: one pass over all records writes what was dropped, what the screen found, what
// leaked, and counts the same for the manifest and the funnel.
import {
  clustersName, contaminationLinesName, contaminationName, type ContaminationFile, type ContaminationLine, droppedName, type DroppedLine, type DuplicateCluster, duplicatesName,
  type DuplicatesSummary, type FoundDocument, mostListed, type PhiFile, type PhiLine, phiLinesName, phiName,
} from '../../../protocol/mix-findings';
import { isEvaluation } from '../benchmarks/find';
import type { MixPlan } from '../plan/plan';
import type { Tokenizer } from '../../tokenizer';
import { columnsFile } from '../steps/artefact';
import { FoundRows } from './found-rows';
import { countsOf, type Gathered } from './gather';
import { partLabel, type PlannedPart } from './parts';
import { Samples } from './samples';
import { reasonOf, stepOfFate, type WalkedRecord, walkPart } from './walk';
import { ProductFile, writePrivate, type WrittenFile } from './write';

/** Of one part, over the documents that are kept. */
export interface KeptCounts { readonly licences: Readonly<Record<string, number>>; readonly partsLeftOut: Readonly<Record<string, number>> }

export interface Findings {
  readonly files: readonly WrittenFile[];
  readonly kept: ReadonlyMap<PlannedPart, KeptCounts>;
  readonly contamination: ContaminationFile;
}

export async function writeFindings(plan: MixPlan, folder: string, gathered: Gathered, tokenizer: Tokenizer): Promise<Findings> {
  const others = findOthers(plan, gathered);
  try {
    return await writeAll(plan, folder, gathered, tokenizer, others);
  } finally {
    others.close();
  }
}

async function writeAll(plan: MixPlan, folder: string, gathered: Gathered, tokenizer: Tokenizer, others: FoundRows): Promise<Findings> {
  const writer = await FindingsWriter.open(plan, folder, gathered, others);
  const kept = new Map<PlannedPart, KeptCounts>();
  for (const [index, part] of gathered.corpus.parts.entries()) {
    const counts = { licences: {} as Record<string, number>, partsLeftOut: {} as Record<string, number> };
    kept.set(part, counts);
    for (const record of walkPart(gathered.corpus, index)) await writer.add(record, counts);
  }
  const contamination = writer.contamination();
  const files = [
    ...await writer.close(tokenizer),
    await writePrivate(folder, contaminationName, json(contamination)),
    ...await writeDuplicates(plan, folder, gathered, others),
    ...await writePhi(plan, folder, gathered),
  ];
  return { files, kept, contamination };
}

class FindingsWriter {
  /** Listed so far, by source and reason. */
  readonly #listed = new Map<string, number>();
  readonly #leaked = new Map<number, number>();
  readonly #samples: Samples;

  private constructor(
    private readonly plan: MixPlan, private readonly folder: string, private readonly gathered: Gathered, private readonly others: FoundRows,
    private readonly dropped: ProductFile, private readonly phi: ProductFile | undefined, private readonly leaks: ProductFile,
  ) {
    this.#samples = new Samples(plan.mix.seed);
  }

  static async open(plan: MixPlan, folder: string, gathered: Gathered, others: FoundRows): Promise<FindingsWriter> {
    const isScreened = Object.values(plan.mix.sources).some((source) => source.phiScreen);
    return new FindingsWriter(
      plan, folder, gathered, others, await ProductFile.create(folder, droppedName),
      isScreened ? await ProductFile.create(folder, phiLinesName) : undefined, await ProductFile.create(folder, contaminationLinesName),
    );
  }

  async add(record: WalkedRecord, counts: { licences: Record<string, number>; partsLeftOut: Record<string, number> }): Promise<void> {
    const { found, finding, row, line } = record;
    if (finding?.phi) await this.phi?.text(`${JSON.stringify({ ...found, action: this.#actionOf(found.source), findings: finding.phi } satisfies PhiLine)}\n`);
    if (finding?.hit) await this.#addLeak(found, finding.hit);
    if (finding?.step !== undefined) {
      const { step, reason = step, value, limit, detail } = finding;
      await this.#addDropped({
        ...found, step, reason, ...(value === undefined ? {} : { value }), ...(limit === undefined ? {} : { limit }), ...(detail === undefined ? {} : { detail }),
      });
      this.#samples.offer(record, step, reason);
      return;
    }
    const { table } = this.gathered.corpus;
    const fate = table.fateOf(row);
    const step = stepOfFate[fate];
    if (line.kind !== 'bad' && table.isLeft(row)) {
      if (line.licence !== undefined) increase(counts.licences, line.licence);
      for (const [part, count] of Object.entries(line.leftOut ?? {})) increase(counts.partsLeftOut, part, count);
    }
    const reason = reasonOf(this.gathered.corpus, this.gathered.encoded, row);
    this.#samples.offer(record, step ?? 'kept', step === undefined ? undefined : reason);
    if (step === undefined || fate === 'held-out') return;
    const keeperRow = table.keeper.at(row);
    const keeper = keeperRow < 0 ? undefined : this.others.get(keeperRow);
    await this.#addDropped({ ...found, step, reason, ...(keeper ? { keeper } : {}) });
  }

  contamination(): ContaminationFile {
    const files = this.gathered.benchmarkTable?.files ?? [];
    return {
      schema: 2,
      checked: this.gathered.benchmarks.map((one) => ({ ...one, documents: one.file === undefined ? 0 : this.#leaked.get(files.findIndex(({ name }) => name === one.file)) ?? 0 })),
    };
  }

  async close(tokenizer: Tokenizer): Promise<WrittenFile[]> {
    const { chatTemplate, systemPrompt } = this.plan.mix.template;
    return [
      await this.dropped.close(), ...(this.phi ? [await this.phi.close()] : []), await this.leaks.close(),
      ...await this.#samples.write(this.folder, this.gathered.corpus, tokenizer, { chatTemplate, systemPrompt }),
    ];
  }

  #actionOf(source: string): PhiLine['action'] {
    return this.plan.mix.sources[source]?.phiScreen ?? 'keep';
  }

  async #addLeak(found: FoundDocument, { item, ...facts }: NonNullable<NonNullable<WalkedRecord['finding']>['hit']>): Promise<void> {
    const table = this.gathered.benchmarkTable!;
    const { file, id } = table.items[item]!;
    const { name, benchmark, split } = table.files[file]!;
    this.#leaked.set(file, (this.#leaked.get(file) ?? 0) + 1);
    await this.leaks.text(`${JSON.stringify({ ...found, benchmark, file: name, item: id, split, ...facts, dropped: isEvaluation(table, item) } satisfies ContaminationLine)}\n`);
  }

  async #addDropped(line: DroppedLine): Promise<void> {
    const key = `${line.source}/${line.reason}`;
    const listed = (this.#listed.get(key) ?? 0) + 1;
    this.#listed.set(key, listed);
    if (listed <= mostListed) await this.dropped.text(`${JSON.stringify(line)}\n`);
  }
}

/** Rows that lists name as kept instead of others, as far as these are listed, and those of listed clusters. */
function findOthers({ root }: MixPlan, { corpus, nearDuplicates }: Gathered): FoundRows {
  const { table } = corpus;
  const found = new FoundRows(corpus, columnsFile(root));
  const listed = new Map<number, number>();
  for (let row = 0; row < table.length; row++) {
    if (table.keeper.at(row) < 0) continue;
    const key = table.part.at(row) * 16 + table.fate.at(row);
    const count = (listed.get(key) ?? 0) + 1;
    listed.set(key, count);
    if (count <= mostListed) found.want(table.keeper.at(row));
  }
  for (const { rows } of nearDuplicates?.listed ?? []) for (const row of rows) found.want(row);
  found.find();
  return found;
}

async function writeDuplicates({ mix }: MixPlan, folder: string, { nearDuplicates }: Gathered, others: FoundRows): Promise<WrittenFile[]> {
  if (!nearDuplicates || !mix.deduplicate.minhash) return [];
  const { listed, clusters, ...counts } = nearDuplicates;
  const lines = await ProductFile.create(folder, clustersName);
  for (const { rows, kept, jaccard, more } of listed) {
    await lines.text(`${JSON.stringify({ members: rows.map((row, at) => ({ ...others.get(row)!, kept: kept[at]!, jaccard: jaccard[at]! })), ...(more > 0 ? { more } : {}) } satisfies DuplicateCluster)}\n`);
  }
  const { nGrams, numBuckets, hashesPerBucket, threshold, normNumbers, seed } = mix.deduplicate.minhash;
  const summary: DuplicatesSummary = { schema: 2, settings: { nGrams, numBuckets, hashesPerBucket, threshold, normNumbers, seed }, ...counts, clusters, listedClusters: listed.length };
  return [await writePrivate(folder, duplicatesName, json(summary)), await lines.close()];
}

/** No file when no source is screened. */
async function writePhi({ mix }: MixPlan, folder: string, { corpus }: Gathered): Promise<WrittenFile[]> {
  const screened = corpus.parts.map((part, index) => ({ part, index })).filter(({ part }) => part.phiScreen);
  if (screened.length === 0) return [];
  const summary: PhiFile = {
    schema: 1,
    sources: Object.fromEntries(screened.map(({ part, index }) => [partLabel(part), { screen: part.phiScreen!, ...phiCounts(corpus, index) }])),
    notScreened: Object.entries(mix.sources).filter(([, source]) => !source.phiScreen).map(([name]) => name),
  };
  return [await writePrivate(folder, phiName, json(summary))];
}

export function phiCounts({ pieces }: Gathered['corpus'], part: number): { readonly documents: number; readonly findings: Readonly<Record<string, number>> } {
  const found: Record<string, number> = {};
  let documents = 0;
  for (const { part: own, summary } of pieces) {
    if (own !== part) continue;
    documents += summary.phiDocuments;
    for (const [phiClass, count] of Object.entries(summary.phiFound)) increase(found, phiClass, count);
  }
  return { documents, findings: Object.fromEntries(Object.entries(found).sort(([a], [b]) => (a < b ? -1 : 1))) };
}

/** Bad and dropped records of a part, over its pieces. */
export function screenCounts({ pieces }: Gathered['corpus'], part: number): ReturnType<typeof countsOf> {
  return countsOf(pieces.filter((piece) => piece.part === part).map(({ summary }) => summary));
}

export function increase(counts: Record<string, number>, key: string, by = 1): void {
  counts[key] = (counts[key] ?? 0) + by;
}

function json(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
