// How much text each source leaves for training, found without building: every source is read and encoded once, then the
// steps that decide across sources are done on the measured rows. Ended early, it goes on with the next source.
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { SourceSize } from '../../../documents/mix/amounts/stage';
import { privateFolderMode, writeFileAtomic } from '../../../runs/files/atomic';
import { readJson, toJson } from '../../../runs/files/json';
import { cacheFolder, makePreclinicalFolder } from '../../../runs/layout';
import { loadTokenizer, type Tokenizer } from '../../tokenizer';
import type { Collected } from '../build/collect';
import { Decontaminator } from '../build/decontaminate';
import { sizeOf } from '../build/draw';
import { splitHeldOut } from '../build/held-out';
import { dropNearDuplicates, signerOf } from '../build/near-duplicates';
import { collectPart, heldOutParts, type PlannedPart, type ReadOptions, refuseEmpty, sourceParts } from '../build/parts';
import { TokenStore } from '../build/token-store';
import type { Signatures, Signer } from '../near/signature';
import type { MixPlan } from '../plan/plan';
import type { MixManifest } from '../shard';
import { partKey, sizesKey } from './keys';
import { readSignatures, writeSignatures } from './signature-table';
import { type MeasuredDocument, readTable, writeTable } from './table';

export type SourceSizes = Readonly<Record<string, SourceSize>>;

interface KeptSizes { readonly schema: 1; readonly sizes: SourceSizes }

/** Sizes as a build would find them, from the cache where they are known. Throws what a build would throw of the sources. */
export async function measureMix(plan: MixPlan, options: ReadOptions = {}): Promise<SourceSizes> {
  const known = await readSizes(plan);
  if (known) return known;
  const measure = new Measure(plan, options);
  const ownFiles = new Map<string, Collected>();
  for (const part of heldOutParts(plan)) ownFiles.set(part.name, asCollected(part, await measure.part(part), new Set()));
  const seen = plan.mix.deduplicate.exact ? new Set<string>() : undefined;
  const sources = new Map<string, Collected>();
  for (const part of sourceParts(plan)) sources.set(part.name, asCollected(part, await measure.part(part), seen));
  await dropNearDuplicates(plan, sources, ownFiles, options);
  const { training } = splitHeldOut(plan, sources, ownFiles);
  const sizes = Object.fromEntries([...training].map(([name, selection]) => [name, sizeOf(selection)]));
  await keepSizes(plan, sizes);
  return sizes;
}

/** What a build found is what measuring would find. */
export async function keepBuiltSizes(plan: MixPlan, manifest: MixManifest): Promise<SourceSizes> {
  const sizes = Object.fromEntries(Object.keys(plan.mix.sources).map((name) => {
    const { documentsKept, tokens, bytes } = manifest.counts[name]!;
    return [name, { documents: documentsKept, tokens, bytes }];
  }));
  await keepSizes(plan, sizes);
  return sizes;
}

interface MeasuredPart { readonly documents: readonly MeasuredDocument[]; readonly signatures: Signatures | undefined }

class Measure {
  readonly #signer: Signer | undefined;
  #tools: Promise<{ readonly tokenizer: Tokenizer; readonly decontaminator: Decontaminator | undefined }> | undefined;

  constructor(private readonly plan: MixPlan, private readonly options: ReadOptions) {
    this.#signer = signerOf(plan);
  }

  async part(part: PlannedPart): Promise<MeasuredPart> {
    const { plan } = this;
    const signer = this.#signer;
    const key = partKey(plan, part);
    const [kept, keptSignatures] = await Promise.all([readTable(plan.root, key), signer && readSignatures(plan.root, key, signer.length)]);
    if (kept && (!signer || keptSignatures)) return { documents: kept, signatures: keptSignatures };
    const { tokenizer, decontaminator } = await (this.#tools ??= this.#open());
    const rows: { readonly position: number; readonly textHash: string }[] = [];
    let waiting: string | undefined;
    const collected = await collectPart(plan, part, {
      ...this.options, tokenizer, signer, decontaminator: part.isHeldOut ? undefined : decontaminator, label: `Measuring ${part.name}`,
      // Every document is new to it: which of equal ones is kept depends on the other sources.
      seen: { has: () => false, set: (textHash) => { waiting = textHash; } },
      onDocument: (position) => {
        if (waiting !== undefined) rows.push({ position, textHash: waiting });
        waiting = undefined;
      },
    });
    refuseEmpty(plan, part, collected);
    const documents = withPieces(part, rows, collected);
    await writeTable(plan.root, key, documents);
    if (collected.signatures) await writeSignatures(plan.root, key, collected.signatures);
    return { documents, signatures: collected.signatures };
  }

  async #open(): Promise<{ tokenizer: Tokenizer; decontaminator: Decontaminator | undefined }> {
    const { tokenizerFolder, questionFiles } = this.plan;
    return {
      tokenizer: await loadTokenizer(tokenizerFolder),
      decontaminator: questionFiles.length === 0 ? undefined : await Decontaminator.open(questionFiles),
    };
  }
}

function ownGroup(part: PlannedPart, position: number): string {
  return `${part.isHeldOut ? 'heldout-' : ''}${part.name}#${position}`;
}

function withPieces(part: PlannedPart, rows: readonly { readonly position: number; readonly textHash: string }[], { store }: Collected): MeasuredDocument[] {
  const byPosition = new Map<number, { group: string; pieces: [number, number][] }>();
  for (const { document, group, length, bytes } of store.documents) {
    const entry = byPosition.get(document) ?? { group, pieces: [] };
    byPosition.set(document, entry);
    entry.pieces.push([length, bytes]);
  }
  return rows.map(({ position, textHash }) => {
    const found = byPosition.get(position);
    const group = found && found.group !== ownGroup(part, position) ? found.group : undefined;
    return { position, textHash, group, pieces: found?.pieces ?? [] };
  });
}

/** The documents a build would keep of a source, without their tokens. */
function asCollected(part: PlannedPart, { documents, signatures }: MeasuredPart, seen: Set<string> | undefined): Collected {
  const store = new TokenStore();
  for (const { position, textHash, group, pieces } of documents) {
    if (seen?.has(textHash)) continue;
    seen?.add(textHash);
    for (const [length, bytes] of pieces) {
      store.documents.push({ start: 0, length, bytes, group: group ?? ownGroup(part, position), textHash, document: position });
    }
  }
  return { store, documentsRead: 0, documentsKept: 0, tokens: 0, bytes: 0, setAside: {}, leftOut: {}, licences: {}, truncated: 0, split: 0, hits: [], firstBad: new Map(), badRecords: [], ...(signatures ? { signatures } : {}) };
}

function sizesFile(plan: MixPlan): string {
  return path.join(cacheFolder(plan.root), 'mix-sizes', `${sizesKey(plan)}.json`);
}

async function readSizes(plan: MixPlan): Promise<SourceSizes | undefined> {
  const kept = await readJson(sizesFile(plan)) as Partial<KeptSizes> | undefined;
  return kept?.schema === 1 ? kept.sizes : undefined;
}

async function keepSizes(plan: MixPlan, sizes: SourceSizes): Promise<void> {
  const file = sizesFile(plan);
  await makePreclinicalFolder(plan.root);
  await mkdir(path.dirname(file), { recursive: true, mode: privateFolderMode });
  await writeFileAtomic(file, toJson({ schema: 1, sizes } satisfies KeptSizes));
}
