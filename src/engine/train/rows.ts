// Which stretches of a token stream become rows of a batch. A row is named by where its input starts and how many input
// tokens it has; its targets are the tokens one place further on. Windows are cut from the stream, documents stand alone
// or are packed whole, several to a row.
import type { TokenShard } from '../data/shard';
import { bestFitDecreasing } from './best-fit';

/** Rows over one shard, with what each costs and what of it is learnt. */
export interface ShardRows {
  /** Name of the stage or held-out set. */
  readonly name: string;
  readonly shard: TokenShard;
  /** Offset of each row's first input token. */
  readonly starts: Uint32Array;
  /** Input tokens of each row. */
  readonly lengths: Uint32Array;
  /** Loss-bearing targets of each row; none is zero. */
  readonly lossTokens: Uint32Array;
  /** One entry a token: 0 where the token is context only; undefined when every target bears loss but for `resetsAtDocuments`. */
  readonly mask: Uint8Array | undefined;
  /** Documents do not see each other: positions restart and the first token of a document bears no loss. */
  readonly resetsAtDocuments: boolean;
  /** Targets left out of the loss because they open a document that cannot see the one before. */
  readonly boundaryTokens: number;
  /** Rows left out because nothing in them bears loss. */
  readonly rowsWithoutLoss: number;
  /** For rows whose documents were put together anew: which of the stage's documents each of `shard` is, or is a piece of. */
  readonly documentIds?: Uint32Array;
}

interface RowRange { readonly start: number; readonly length: number }

/**
 * Windows of `sequenceLength` input tokens at the same stride: window i predicts tokens i·L+1 … (i+1)·L, so every token
 * of the stream but its first is a target exactly once. The last window may be shorter. Every target bears loss.
 */
export function windowRows(name: string, shard: TokenShard, options: { readonly sequenceLength: number; readonly resetsAtDocuments: boolean }): ShardRows {
  const ranges: RowRange[] = [];
  const targets = shard.tokens.length - 1;
  for (let start = 0; start < targets; start += options.sequenceLength) {
    ranges.push({ start, length: Math.min(options.sequenceLength, targets - start) });
  }
  return collect(name, shard, ranges, undefined, options.resetsAtDocuments);
}

/**
 * Rows that never leave a document: a document of up to `sequenceLength` + 1 tokens is one row, a longer one is cut into
 * windows. Loss is where the shard's mask says.
 */
export function documentRows(name: string, shard: TokenShard, sequenceLength: number, documents?: readonly DocumentRange[]): ShardRows {
  const ranges = (documents ?? documentRanges(shard)).flatMap((document) => pieces(document, sequenceLength));
  return collect(name, shard, ranges, shard.lossMask, true);
}

/** Input ranges of a document, each of at most `sequenceLength` tokens; the token at a cut is a target before it and an input after. */
function pieces({ start, end }: DocumentRange, sequenceLength: number): RowRange[] {
  const ranges: RowRange[] = [];
  for (let at = start; at < end - 1; at += sequenceLength) ranges.push({ start: at, length: Math.min(sequenceLength, end - 1 - at) });
  return ranges;
}

/**
 * The same documents, whole, as many to a row of `sequenceLength` input tokens as best-fit decreasing finds room for; they
 * do not see each other. What bears loss is what bears it in `documentRows`: losses and gradients add up to the same.
 */
export function packedDocumentRows(name: string, shard: TokenShard, sequenceLength: number): ShardRows {
  const bearsLoss = ({ start, length }: RowRange): boolean => shard.lossMask?.subarray(start + 1, start + length + 1).includes(1) ?? true;
  const all = documentRanges(shard).flatMap((document, id) => pieces(document, sequenceLength).map((range) => ({ ...range, id })));
  const learnt = all.filter(bearsLoss);
  const bins = bestFitDecreasing(learnt.map(({ length }) => length + 1), sequenceLength + 1);

  const ordered = bins.flat().map((index) => learnt[index]!);
  const size = ordered.reduce((sum, { length }) => sum + length + 1, 0);
  const tokens = new Uint32Array(size);
  const lossMask = shard.lossMask && new Uint8Array(size);
  const starts = new Uint32Array(ordered.length);
  let at = 0;
  ordered.forEach(({ start, length }, i) => {
    starts[i] = at;
    tokens.set(shard.tokens.subarray(start, start + length + 1), at);
    lossMask?.set(shard.lossMask!.subarray(start, start + length + 1), at);
    at += length + 1;
  });
  let next = 0;
  const ranges = bins.map((bin): RowRange => {
    const start = starts[next]!;
    next += bin.length;
    return { start, length: (starts[next] ?? size) - start - 1 };
  });
  const packed = collect(name, { tokens, starts, lossMask }, ranges, lossMask, true);
  return { ...packed, boundaryTokens: 0, rowsWithoutLoss: all.length - learnt.length, documentIds: Uint32Array.from(ordered, ({ id }) => id) };
}

/** A document's tokens, `end` exclusive. */
export interface DocumentRange { readonly start: number; readonly end: number }

export function documentRanges(shard: TokenShard): DocumentRange[] {
  return Array.from(shard.starts, (start, i) => ({ start, end: shard.starts[i + 1] ?? shard.tokens.length }));
}

/** Index of the document that holds the token at `offset`. */
export function documentAt(starts: Uint32Array, offset: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (starts[middle]! <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}

function collect(name: string, shard: TokenShard, ranges: readonly RowRange[], mask: Uint8Array | undefined, resetsAtDocuments: boolean): ShardRows {
  const starts: number[] = [];
  const lengths: number[] = [];
  const lossTokens: number[] = [];
  let boundaryTokens = 0;
  let rowsWithoutLoss = 0;
  for (const { start, length } of ranges) {
    let bearing = 0;
    let next = documentAt(shard.starts, start) + 1;
    for (let target = start + 1; target <= start + length; target++) {
      const opens = shard.starts[next] === target;
      if (opens) next += 1;
      if (opens && resetsAtDocuments) boundaryTokens += 1;
      else if (mask === undefined || mask[target] === 1) bearing += 1;
    }
    if (bearing === 0) {
      rowsWithoutLoss += 1;
      continue;
    }
    starts.push(start);
    lengths.push(length);
    lossTokens.push(bearing);
  }
  return {
    name, shard, mask, resetsAtDocuments, boundaryTokens, rowsWithoutLoss,
    starts: Uint32Array.from(starts), lengths: Uint32Array.from(lengths), lossTokens: Uint32Array.from(lossTokens),
  };
}
