// From collected sources to the files of the product: shards of stages and held-out sets, contamination, report, manifest.
import path from 'node:path';
import type { MixSource } from '../../../documents/mix/schema';
import type { Tokenizer } from '../../tokenizer/tokenizer';
import { storedName } from '../plan/expand';
import { mixError } from '../plan/place';
import type { Mix } from '../../../documents/mix/schema';
import type { MixPlan, PlannedSource } from '../plan/plan';
import { type DuplicatesFile, duplicatesName } from '../../../protocol/mix-findings';
import type { HeldOutManifest, MixManifest, SourceCounts, StageManifest } from '../shard';
import { badRecordsListed, type Collected } from './collect';
import type { CheckedFile } from './decontaminate';
import { drawStage, tokensOf } from './draw';
import { splitHeldOut, type Split } from './held-out';
import { mixReport } from './report';
import { phiCounts, writePhi } from './phi';
import type { StoredDocument } from './token-store';
import { shardDocuments, writePrivate, writeShard, type WrittenFile } from './write';

export interface BuildProgress { readonly label: string; readonly done: number; readonly total?: number }

export interface ProductParts {
  /** Where to write. */
  readonly folder: string;
  readonly tokenizer: Tokenizer;
  readonly sources: ReadonlyMap<string, Collected>;
  readonly ownFiles: ReadonlyMap<string, Collected>;
  /** Undefined when they were not looked for. */
  readonly nearDuplicates: DuplicatesFile | undefined;
  readonly checked: readonly CheckedFile[];
}

export async function writeProduct(plan: MixPlan, parts: ProductParts, { onProgress }: { readonly onProgress: (progress: BuildProgress) => void }): Promise<MixManifest> {
  const { mix } = plan;
  const { folder, tokenizer, sources, ownFiles } = parts;
  const split = splitHeldOut(plan, sources, ownFiles);
  const files: WrittenFile[] = [];
  const stages: StageManifest[] = [];
  const total = mix.stages.length + split.heldOut.size;
  const report = (): void => { onProgress({ label: 'Writing', done: stages.length + heldOut.length, total }); };
  const heldOut: HeldOutManifest[] = [];
  for (const index of mix.stages.keys()) {
    stages.push(await writeStage(plan, index, split, folder, files));
    report();
  }
  for (const [name, selection] of split.heldOut) {
    const { tokens, files: written } = await writeShard(folder, `heldout-${name}`, shardDocuments(selection));
    files.push(...written);
    const set = mix.heldOut[name]!;
    heldOut.push({
      name, tokens, documents: selection.documents.length, bytes: selection.documents.reduce((sum, document) => sum + document.bytes, 0),
      domain: 'domain' in set ? set.domain : mix.sources[set.source]!.domain,
      role: 'domain' in set ? roleOf(mix, set.domain) : mix.sources[set.source]!.role,
    });
    report();
  }
  const hits = [...sources].flatMap(([source, collected]) => collected.hits.map(({ hit, ...place }) => ({ source, ...place, ...hit })));
  files.push(await writePrivate(folder, 'contamination.json', `${JSON.stringify({ schema: 1, checked: parts.checked, hits }, undefined, 2)}\n`));
  files.push(await writePrivate(folder, 'set-aside.json', setAsideList([...sources, ...[...ownFiles].map(([name, collected]) => [`heldout-${name}`, collected] as const)])));
  if (parts.nearDuplicates) files.push(await writePrivate(folder, duplicatesName, `${JSON.stringify(parts.nearDuplicates, undefined, 2)}\n`));
  files.push(...await writePhi(plan, folder, sources));
  const manifest: Omit<MixManifest, 'files'> = {
    schema: 1, name: mix.name, hash: plan.hash, content: plan.content, seed: mix.seed, sequenceLength: mix.sequenceLength,
    tokenizerHash: tokenizer.hash, vocabularySize: tokenizer.vocabularySize, tokenizerPath: rootPath(plan, plan.tokenizerFolder),
    egress: Object.values(mix.sources).some((source) => source.egress === 'never') ? 'never' : 'allowed',
    phi: worstPhi(Object.values(mix.sources)),
    counts: Object.fromEntries([
      ...[...sources].map(([name, collected]) => [name, countsOf(collected, plan.sources.get(name)!)] as const),
      ...[...ownFiles].map(([name, collected]) => [`heldout-${name}`, countsOf(collected, plan.heldOutFiles.get(name)!)] as const),
    ]),
    stages, heldOut,
    inputs: plan.inputs.map((input) => ({ ...input, path: rootPath(plan, path.resolve(plan.base, input.path)) })),
  };
  files.push(await writePrivate(folder, 'report.md', mixReport({ manifest: { ...manifest, files }, plan, collected: sources, checked: parts.checked })));
  const complete: MixManifest = { ...manifest, files };
  await writePrivate(folder, 'manifest.json', `${JSON.stringify(complete, undefined, 2)}\n`);
  return complete;
}

async function writeStage(plan: MixPlan, index: number, split: Split, folder: string, files: WrittenFile[]): Promise<StageManifest> {
  const stage = plan.mix.stages[index]!;
  const drawn = drawStage(plan, index, split.training);
  if (drawn.length === 0) {
    throw mixError(plan.file, ['stages', index], { code: 'mix-stage-empty', value: stage.name, message: 'the stage takes no tokens', next: 'Raise its shares, epochs or tokens.' });
  }
  const shard = await writeShard(folder, `stage-${stage.name}`, drawn.map(({ source, document }) => ({ store: split.training.get(source)!.store, document })));
  files.push(...shard.files);
  const bySource = Object.keys(stage.sources).map((source) => {
    const documents: StoredDocument[] = drawn.filter((one) => one.source === source).map((one) => one.document);
    const tokens = tokensOf(documents);
    const available = tokensOf(split.training.get(source)!.documents);
    return [source, {
      tokens, documents: documents.length, domain: plan.mix.sources[source]!.domain,
      epochs: available === 0 ? 0 : tokens / available, share: tokens / shard.tokens,
    }] as const;
  });
  return { name: stage.name, tokens: shard.tokens, lossTokens: shard.lossTokens, documents: drawn.length, sources: Object.fromEntries(bySource) };
}

function countsOf(collected: Collected, { unknownFiles }: PlannedSource): SourceCounts {
  return {
    documentsRead: collected.documentsRead, documentsKept: collected.documentsKept, setAside: collected.setAside,
    tokens: collected.tokens, bytes: collected.bytes, unknownFiles: unknownFiles.length, truncated: collected.truncated, split: collected.split,
    partsLeftOut: collected.leftOut, licences: collected.licences, ...(collected.phi ? { phiFound: phiCounts(collected.phi).findings } : {}),
  };
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

/** Records that could not be read, by reason and place and without their text, for whoever mends them. */
function setAsideList(collected: readonly (readonly [source: string, collected: Collected])[]): string {
  const records = collected.flatMap(([source, { badRecords }]) => badRecords.map(({ reason, place, detail }) => ({ source, reason, ...place, detail })));
  return `${JSON.stringify({ schema: 1, records, mostOfASource: badRecordsListed }, undefined, 2)}\n`;
}
