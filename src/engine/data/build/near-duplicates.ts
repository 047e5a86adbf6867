// Drops near-duplicates within and across sources. Of each document only its signature is kept; documents that a bucket
// calls alike are read a second time and compared exactly. The kept one is that of the source named first, then the first;
// documents of held-out files always stay, and what is like one of them is not trained on.
import { setImmediate } from 'node:timers/promises';
import type { MinhashSettings } from '../../../documents/mix/schema';
import type { DuplicateCluster, DuplicatesFile, FoundDocument } from '../../../protocol/mix-findings';
import { CandidateIndex } from '../near/candidates';
import { jaccard, shinglesOf } from '../near/shingles';
import { Signer } from '../near/signature';
import { mixError } from '../plan/place';
import type { MixPlan } from '../plan/plan';
import { redactDocument, screenDocument } from '../phi/screen-document';
import { placeText, type SourceDocument } from '../read/document';
import { readDocuments } from '../read/read';
import type { Collected } from './collect';
import { remove } from './held-out';
import { wholeText } from './normalise';
import { heldOutParts, type PlannedPart, type ReadOptions, sourceParts } from './parts';

/** A document with a signature. */
interface Row { readonly part: number; readonly position: number }

interface CollectedPart { readonly part: PlannedPart; readonly collected: Collected }

/** Undefined when the mix does not look for near-duplicates. */
export function signerOf({ mix }: MixPlan): Signer | undefined {
  return mix.deduplicate.minhash && new Signer(mix.deduplicate.minhash);
}

/** Counts what it removes in `setAside` of each source: `near-duplicate`, `near-held-out`. Undefined when the mix does not look for them. */
export async function dropNearDuplicates(plan: MixPlan, sources: ReadonlyMap<string, Collected>, ownFiles: ReadonlyMap<string, Collected>, options: ReadOptions): Promise<DuplicatesFile | undefined> {
  const settings = plan.mix.deduplicate.minhash;
  if (!settings) return undefined;
  const parts: CollectedPart[] = [
    ...heldOutParts(plan).map((part) => ({ part, collected: ownFiles.get(part.name)! })),
    ...sourceParts(plan).map((part) => ({ part, collected: sources.get(part.name)! })),
  ];
  const { rows, signatures, tooShort } = rowsOf(parts);
  const index = new CandidateIndex(signatures, settings);
  const flags = index.flagged();
  const read = await readAgain(parts, rows.filter((_, row) => flags[row] === 1), settings, options);
  const contentOf = (row: number): Candidate => read.get(rowKey(rows[row]!)) ?? refuseChanged(plan);
  const { clusters, comparedPairs } = await index.clusters(
    (a, b) => jaccard(contentOf(a).shingles, contentOf(b).shingles) >= settings.threshold,
    async (done, total) => {
      options.onProgress?.({ label: 'Comparing near-duplicates', done, total });
      await setImmediate();
      options.signal?.throwIfAborted();
    },
  );
  const reasons = new Map<string, string>();
  const described = clusters.map((cluster) => describe(cluster, rows, parts, contentOf, reasons));
  parts.forEach(({ part, collected }, at) => {
    if (part.isHeldOut) return;
    collected.store.keepOnly(remove(collected, ({ document }) => reasons.get(rowKey({ part: at, position: document }))));
  });
  return { schema: 1, settings, documents: rows.length, tooShort, comparedPairs, clusters: described };
}

/** Documents with a signature in the order in which the first is kept. */
function rowsOf(parts: readonly CollectedPart[]): { readonly rows: readonly Row[]; readonly signatures: readonly Int32Array[]; readonly tooShort: number } {
  const rows: Row[] = [];
  const signatures: Int32Array[] = [];
  let tooShort = 0;
  parts.forEach(({ collected }, part) => {
    let last = -1;
    for (const { document: position } of collected.store.documents) {
      if (position === last) continue;
      last = position;
      const signature = collected.signatures?.of(position);
      if (!signature) tooShort += 1;
      else {
        rows.push({ part, position });
        signatures.push(signature);
      }
    }
  });
  return { rows, signatures, tooShort };
}

function refuseChanged(plan: MixPlan): never {
  throw mixError(plan.file, ['sources'], { code: 'mix-inputs-changed', message: 'a source changed while it was read', next: 'Build again when nothing writes to it.' });
}

interface Candidate { readonly found: FoundDocument; readonly shingles: Float64Array }

function rowKey({ part, position }: Row): string {
  return `${part}#${position}`;
}

/** The named documents once more from their files, as runs of words. */
async function readAgain(parts: readonly CollectedPart[], rows: readonly Row[], settings: MinhashSettings, { onProgress, signal }: ReadOptions): Promise<Map<string, Candidate>> {
  const read = new Map<string, Candidate>();
  for (const [at, { part }] of parts.entries()) {
    const wanted = new Set(rows.filter((row) => row.part === at).map((row) => row.position));
    const source = part.isHeldOut ? `heldout-${part.name}` : part.name;
    let position = 0;
    for (const file of wanted.size === 0 ? [] : part.source.files) {
      for await (const item of readDocuments(file, file.format, part.read)) {
        position += 1;
        if (!wanted.has(position) || item.kind === 'bad') continue;
        const found = { source, document: item.id, place: placeText(item.place) };
        read.set(rowKey({ part: at, position }), { found, shingles: shinglesOf(wholeText(asTrained(item, part)), settings) });
        if (read.size % 64 !== 0) continue;
        onProgress?.({ label: 'Reading candidates', done: read.size, total: rows.length });
        await setImmediate();
        signal?.throwIfAborted();
      }
    }
  }
  return read;
}

/** As its signature saw it. */
function asTrained(document: SourceDocument, { phiScreen }: PlannedPart): SourceDocument {
  return phiScreen === 'redact' ? redactDocument(document, screenDocument(document)) : document;
}

/** Fills `reasons` with why each document of the cluster goes. */
function describe(cluster: readonly number[], rows: readonly Row[], parts: readonly CollectedPart[], contentOf: (row: number) => Candidate, reasons: Map<string, string>): DuplicateCluster {
  const isHeldOut = (row: number): boolean => parts[rows[row]!.part]!.part.isHeldOut;
  // Rows of held-out files come before all others.
  const first = cluster[0]!;
  const members = cluster.map((row) => {
    const kept = isHeldOut(row) || row === first;
    if (!kept) reasons.set(rowKey(rows[row]!), isHeldOut(first) ? 'near-held-out' : 'near-duplicate');
    const { found, shingles } = contentOf(row);
    return { ...found, kept, jaccard: Number(jaccard(contentOf(first).shingles, shingles).toFixed(4)) };
  });
  return { members };
}
