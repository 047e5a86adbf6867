// From gathered documents to the files of the product: shards of stages and held-out sets, lists of findings, report, manifest.
import { createHash } from 'node:crypto';
import path from 'node:path';
import type { Mix, MixSource } from '../../../documents/mix/schema';
import type { Tokenizer } from '../../tokenizer';
import type { Numbers } from '../columns';
import { storedName } from '../plan/expand';
import { isHubPath } from '../plan/hub-source';
import { mixError } from '../plan/place';
import type { MixPlan, PlannedSource } from '../plan/plan';
import type { HeldOutManifest, MixManifest, SourceCounts, StageManifest } from '../shard';
import { type DrawnDocument, type DrawnSource, drawStage } from './draw';
import { writeProductRows } from './export';
import { type Findings, increase, type KeptCounts, phiCounts, screenCounts, writeFindings } from './findings-files';
import { funnelOf } from './funnel';
import type { Gathered } from './gather';
import { type BuildProgress, partLabel, type PlannedPart } from './parts';
import { mixReport } from './report';
import { noSet } from './table';
import { toolVersions } from './tools';
import { sizeOf, suppliesOf, type Supplies, type Supply, tokensOf } from './supply';
import { reasonOf } from './walk';
import { type WrittenFile, writePrivate } from './write';
import { writeShard } from './write-shard';

export interface ProductParts {
  /** Where to write. */
  readonly folder: string;
  readonly tokenizer: Tokenizer;
  readonly gathered: Gathered;
}

export async function writeProduct(plan: MixPlan, parts: ProductParts, { onProgress }: { readonly onProgress: (progress: BuildProgress) => void }): Promise<MixManifest> {
  const { mix } = plan;
  const { folder, tokenizer, gathered } = parts;
  const { corpus, encoded } = gathered;
  const supplies = suppliesOf(plan, corpus, encoded);
  const files: WrittenFile[] = [];
  const stages: StageManifest[] = [];
  const heldOut: HeldOutManifest[] = [];
  const total = mix.stages.length + supplies.heldOut.size + 1;
  const report = (): void => { onProgress({ label: 'Writing', done: stages.length + heldOut.length, total, unit: 'files' }); };
  for (const index of mix.stages.keys()) {
    stages.push(await writeStage(plan, index, supplies, parts, files));
    report();
  }
  for (const [name, supply] of supplies.heldOut) {
    heldOut.push(await writeHeldOut(plan, name, supply, parts, files));
    report();
  }
  for (const format of new Set(mix.export)) {
    onProgress({ label: `Writing rows as ${format}`, done: 0, total: 1, unit: 'files' });
    files.push(...await writeProductRows(folder, format, { content: plan.content, sequenceLength: mix.sequenceLength, files, stages, heldOut }));
  }
  const findings = await writeFindings(plan, folder, gathered, tokenizer);
  files.push(...findings.files);
  const manifest: Omit<MixManifest, 'files'> = {
    schema: 1, name: mix.name, hash: plan.hash, content: plan.content, seed: mix.seed, sequenceLength: mix.sequenceLength,
    tokenizerHash: tokenizer.hash, vocabularySize: tokenizer.vocabularySize, tokenizerPath: rootPath(plan, plan.tokenizerFolder),
    egress: Object.values(mix.sources).some((source) => source.egress === 'never') ? 'never' : 'allowed',
    phi: worstPhi(Object.values(mix.sources)),
    counts: countsOfParts(plan, gathered, supplies, findings),
    licences: licencesOf(plan, gathered, findings),
    tools: toolVersions(),
    stages, heldOut,
    inputs: plan.inputs.map((input) => ({ ...input, path: isHubPath(input.path) ? input.path : rootPath(plan, path.resolve(plan.base, input.path)) })),
  };
  files.push(await writePrivate(folder, 'report.md', mixReport({ manifest: { ...manifest, files }, plan, corpus, contamination: findings.contamination })));
  const complete: MixManifest = { ...manifest, files };
  await writePrivate(folder, 'manifest.json', `${JSON.stringify(complete, undefined, 2)}\n`);
  onProgress({ label: 'Writing', done: total, total, unit: 'files' });
  return complete;
}

async function writeStage(plan: MixPlan, index: number, { training }: Supplies, { folder, gathered: { corpus, encoded } }: ProductParts, files: WrittenFile[]): Promise<StageManifest> {
  const stage = plan.mix.stages[index]!;
  const { sources, documents } = drawStage(plan, index, corpus.table.columns, training, (source) => sizeOf(training.get(source)!, encoded));
  if (sources.every(({ drawn }) => drawn.length === 0)) {
    throw mixError(plan.file, ['stages', index], { code: 'mix-stage-empty', value: stage.name, message: 'the stage takes no tokens', next: 'Raise its shares, epochs or tokens.' });
  }
  const shard = await writeShard(folder, `stage-${stage.name}`, numbersOf(documents, sources), encoded, plan);
  files.push(...shard.files);
  const bySource = sources.map(({ source, supply, drawn }) => {
    const tokens = tokensOf({ lengths: { length: drawn.length, at: (place) => supply.lengths.at(drawn.at(place)!) } });
    const available = tokensOf(supply);
    return [source, {
      tokens, documents: drawn.length, domain: plan.mix.sources[source]!.domain,
      epochs: available === 0 ? 0 : tokens / available, share: tokens / shard.tokens,
    }] as const;
  });
  return { name: stage.name, tokens: shard.tokens, lossTokens: shard.lossTokens, documents: shard.documents, sources: Object.fromEntries(bySource) };
}

/** By their number in Encoded. */
function* numbersOf(documents: Iterable<DrawnDocument>, sources: readonly DrawnSource[]): Generator<number> {
  for (const { source, at } of documents) yield sources[source]!.supply.documents.at(at)!;
}

async function writeHeldOut(plan: MixPlan, name: string, supply: Supply, { folder, gathered: { encoded } }: ProductParts, files: WrittenFile[]): Promise<HeldOutManifest> {
  const { mix } = plan;
  const documents = supply.documents.length;
  const { tokens, files: written } = await writeShard(folder, `heldout-${name}`, eachOf(supply.documents), encoded, plan);
  files.push(...written);
  let bytes = 0;
  for (const document of eachOf(supply.documents)) bytes += encoded.bytes.at(document);
  const set = mix.heldOut[name]!;
  return {
    name, tokens, documents, bytes,
    domain: 'domain' in set ? set.domain : mix.sources[set.source]!.domain,
    role: 'domain' in set ? roleOf(mix, set.domain) : mix.sources[set.source]!.role,
  };
}

function* eachOf(numbers: Numbers): Generator<number> {
  for (let at = 0; at < numbers.length; at++) yield numbers.at(at)!;
}

function countsOfParts(plan: MixPlan, gathered: Gathered, supplies: Supplies, { kept }: Findings): Record<string, SourceCounts> {
  return Object.fromEntries(gathered.corpus.parts.map((part, index) => [partLabel(part), countsOfPart(plan, gathered, supplies, part, index, kept.get(part)!)] as const)
    // Sources come first, as the mix names them.
    .sort(([a], [b]) => Number(!(a in plan.mix.sources)) - Number(!(b in plan.mix.sources))));
}

function countsOfPart(plan: MixPlan, gathered: Gathered, supplies: Supplies, part: PlannedPart, index: number, kept: KeptCounts): SourceCounts {
  const { corpus, encoded } = gathered;
  const { table } = corpus;
  const { records, setAside: screened } = screenCounts(corpus, index);
  const setAside: Record<string, number> = { ...screened };
  for (let row = 0; row < table.length; row++) {
    if (table.part.at(row) !== index || table.fateOf(row) === (part.isHeldOut ? 'held-out' : 'training')) continue;
    increase(setAside, reasonOf(corpus, encoded, row));
  }
  const size = sizeOf((part.isHeldOut ? supplies.heldOut : supplies.training).get(part.name)!, encoded);
  let [truncated, split, last, tokens] = [0, 0, -1, 0];
  for (let document = 0; document < encoded.length; document++) {
    const row = encoded.rows.at(document);
    if (table.part.at(row) !== index || (table.heldOutSet.at(row) === noSet) === part.isHeldOut) continue;
    tokens += encoded.lengths.at(document);
    if (row === last) continue;
    last = row;
    if (encoded.isTruncated(document)) truncated += 1;
    if (encoded.isSplit(document)) split += 1;
  }
  const planned = (part.isHeldOut ? plan.heldOutFiles : plan.sources).get(part.name)!;
  return {
    documentsRead: records, documentsKept: size.documents, setAside, tokens: size.tokens, bytes: size.bytes,
    unknownFiles: planned.unknownFiles.length, truncated, split, partsLeftOut: kept.partsLeftOut, licences: kept.licences,
    ...(part.phiScreen ? { phiFound: phiCounts(corpus, index).findings } : {}),
    funnel: funnelOf(gathered, index, tokens), contentHash: contentHash(plan, planned),
  };
}

function contentHash(plan: MixPlan, { files }: PlannedSource): string {
  const hashes = new Map(plan.inputs.map((input) => [input.path, input.sha256]));
  return createHash('sha256').update(JSON.stringify(files.map(({ name }) => [name, hashes.get(name)]))).digest('hex');
}

function licencesOf({ mix }: MixPlan, { corpus }: Gathered, { kept }: Findings): Record<string, number> {
  const all: Record<string, number> = {};
  const { table } = corpus;
  corpus.parts.forEach((part, index) => {
    if (part.isHeldOut) return;
    const { licences } = kept.get(part)!;
    let left = 0;
    for (let row = 0; row < table.length; row++) if (table.part.at(row) === index && table.isLeft(row)) left += 1;
    for (const [licence, count] of Object.entries(licences)) {
      increase(all, licence, count);
      left -= count;
    }
    if (left > 0) increase(all, mix.sources[part.name]!.licence ?? 'not stated', left);
  });
  return all;
}

function worstPhi(sources: readonly MixSource[]): MixSource['phi'] {
  return (['present', 'unknown', 'deidentified'] as const).find((phi) => sources.some((source) => source.phi === phi)) ?? 'none';
}

/** Relative to the workspace root with `/`, or absolute when outside it. */
function rootPath(plan: MixPlan, absolute: string): string {
  const relative = storedName(plan.root, absolute);
  return relative.startsWith('../') || path.isAbsolute(relative) ? absolute.split(path.sep).join('/') : relative;
}

/** A domain no source is to be learnt from is one the model is to keep, whether the mix replays it or not. */
function roleOf(mix: Mix, domain: string): 'target' | 'replay' {
  return Object.values(mix.sources).some((source) => source.domain === domain && source.role === 'target') ? 'target' : 'replay';
}
