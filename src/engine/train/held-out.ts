// Held-out loss: whole documents of a held-out set, the same ones at every measurement and in every run on the mix,
// without noise. A document's first token has nothing before it and is not predicted; its bytes are not counted either.
// Legend: M positions of a batch that bear loss, V vocabulary.
import { RandomStream } from '../../base/math/random';
import type { TokenShard } from '../data/shard';
import type { Model } from '../model';
import type { Tokenizer } from '../tokenizer/tokenizer';
import { makeBatch, paddedLength, type RowReference } from './batch';
import { batchLikelihoods } from './loss';
import { documentRanges, documentRows, type DocumentRange, type ShardRows } from './rows';

export interface HeldOutSet {
  readonly name: string;
  readonly rows: ShardRows;
  /** UTF-8 bytes of the text that the predicted tokens stand for; end-of-document tokens have none. */
  readonly bytes: number;
}

export interface HeldOutLoss {
  /** Nats per loss-bearing token. */
  readonly loss: number;
  /** Nats over ln 2 over bytes; comparable between tokenizers. */
  readonly bitsPerByte: number;
  readonly tokens: number;
}

export interface HeldOutSettings {
  readonly sequenceLength: number;
  /** Most tokens measured; documents are taken whole while they fit, the first one cut if it does not. */
  readonly maximumTokens: number;
}

/** Chooses the documents to measure, in an order that depends on the set's name only, and counts the bytes they predict. */
export function makeHeldOutSet(name: string, shard: TokenShard, tokenizer: Pick<Tokenizer, 'decode'>, settings: HeldOutSettings): HeldOutSet {
  const documents = chooseDocuments(name, shard, settings.maximumTokens);
  const bytes = documents.reduce((sum, document) => sum + predictedBytes(shard, document, tokenizer), 0);
  return { name, rows: documentRows(name, shard, settings.sequenceLength, documents), bytes };
}

function chooseDocuments(name: string, shard: TokenShard, maximumTokens: number): DocumentRange[] {
  const chosen: DocumentRange[] = [];
  let left = maximumTokens;
  for (const document of RandomStream.of(0, `heldout/${name}`).shuffled(documentRanges(shard))) {
    const length = document.end - document.start;
    if (length <= left) chosen.push(document);
    else if (chosen.length === 0) chosen.push({ start: document.start, end: document.start + left });
    else break;
    left -= length;
  }
  return chosen.sort((a, b) => a.start - b.start);
}

/** Bytes of each run of loss-bearing targets, as what the run adds to the text before it: a run alone may decode otherwise. */
function predictedBytes(shard: TokenShard, { start, end }: DocumentRange, tokenizer: Pick<Tokenizer, 'decode'>): number {
  const bytesUpTo = (to: number): number => Buffer.byteLength(tokenizer.decode(Array.from(shard.tokens.subarray(start, to))), 'utf8');
  const bears = (at: number): boolean => at < end && (shard.lossMask === undefined || shard.lossMask[at] === 1);
  let bytes = 0;
  for (let from = start + 1; from < end; from++) {
    if (!bears(from)) continue;
    let to = from;
    while (bears(to)) to += 1;
    bytes += bytesUpTo(to) - bytesUpTo(from);
    from = to;
  }
  return bytes;
}

/** Sums log-likelihoods in double precision over the set. */
export async function measureHeldOut(model: Model, set: HeldOutSet, options: { readonly padId: number; readonly maximumLength: number; readonly batchTokens: number }): Promise<HeldOutLoss> {
  let nats = 0;
  let tokens = 0;
  for (const references of batchesByLength(set.rows, options)) {
    const batch = makeBatch(references, options);
    for (const value of (await batchLikelihoods(model, batch)).logLikelihood) nats -= value;
    tokens += batch.lossTokens;
  }
  return { loss: nats / tokens, bitsPerByte: nats / Math.LN2 / set.bytes, tokens };
}

/** Rows sorted by length, as many to a batch as fit in `batchTokens` when padded: little padding, bounded memory. */
function batchesByLength(rows: ShardRows, { maximumLength, batchTokens }: { readonly maximumLength: number; readonly batchTokens: number }): RowReference[][] {
  const sorted = Array.from(rows.starts, (_, row) => row).sort((a, b) => rows.lengths[b]! - rows.lengths[a]!);
  const batches: RowReference[][] = [];
  for (let first = 0; first < sorted.length;) {
    const size = Math.max(1, Math.floor(batchTokens / paddedLength(rows.lengths[sorted[first]!]!, maximumLength)));
    batches.push(sorted.slice(first, first + size).map((row) => ({ of: rows, row })));
    first += size;
  }
  return batches;
}
