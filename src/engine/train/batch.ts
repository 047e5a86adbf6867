// From rows to the arrays one forward pass takes: ids, positions, attention bounds and targets, right-padded.
// Legend: B rows, T padded input tokens a row, N = B*T, D hidden size.
import type { RowBatch } from '../model';
import { documentAt, type ShardRows } from './rows';

export interface TrainBatch {
  readonly rows: RowBatch;
  /** Id each position must predict; −1 where it bears no loss. */
  readonly targets_N: Int32Array;
  /**
   * Length of the example a token belongs to: the document's part of its row, without a last token that predicts nothing,
   * so that it is the same however documents share rows; 0 on that token and on padding.
   */
  readonly exampleLength_N: Int32Array;
  /** 1 on input tokens, 0 on padding. */
  readonly isToken_N: Uint8Array;
  /** Tokens of the longest row, its last target counted: the length of the batch as transformers pads it. */
  readonly longestRow: number;
  /** Input tokens that are not padding. */
  readonly tokens: number;
  readonly lossTokens: number;
}

/** One row by its index in its shard's rows. */
export interface RowReference { readonly of: ShardRows; readonly row: number }

/** Rows of different lengths are padded to a multiple of this, so that few shapes occur. */
const lengthMultiple = 8;

/** Padded length of a batch whose longest row has `longest` input tokens, never past `maximum`. */
export function paddedLength(longest: number, maximum: number): number {
  return Math.max(longest, Math.min(Math.ceil(longest / lengthMultiple) * lengthMultiple, maximum));
}

/**
 * Lays rows out one after the other. A token sees its own document's tokens of this row only, when documents reset;
 * positions then count from where the document enters the row. Padding sees itself alone and bears no loss.
 */
export function makeBatch(references: readonly RowReference[], options: { readonly padId: number; readonly maximumLength: number }): TrainBatch {
  const longest = Math.max(...references.map(({ of, row }) => of.lengths[row]!));
  const length = paddedLength(longest, options.maximumLength);
  const size = references.length * length;
  const batch = {
    longestRow: longest + 1,
    rows: {
      ids_N: new Int32Array(size).fill(options.padId), positions_N: new Int32Array(size), firstKey_N: new Int32Array(size),
      batch: references.length, length,
    },
    targets_N: new Int32Array(size).fill(-1),
    exampleLength_N: new Int32Array(size),
    isToken_N: new Uint8Array(size),
  };
  references.forEach((reference, b) => { fillRow(batch, reference, b * length); });
  return {
    ...batch,
    tokens: references.reduce((sum, { of, row }) => sum + of.lengths[row]!, 0),
    lossTokens: references.reduce((sum, { of, row }) => sum + of.lossTokens[row]!, 0),
  };
}

function fillRow(batch: Pick<TrainBatch, 'rows' | 'targets_N' | 'exampleLength_N' | 'isToken_N'>, { of, row }: RowReference, first: number): void {
  const { ids_N, positions_N, firstKey_N, length: padded } = batch.rows;
  const { tokens, starts } = of.shard;
  const start = of.starts[row]!;
  const length = of.lengths[row]!;
  let document = documentAt(starts, start);
  let exampleStart = 0;
  const endExample = (end: number): void => { batch.exampleLength_N.fill(end - exampleStart, first + exampleStart, first + end); };
  for (let t = 0; t < length; t++) {
    const offset = start + t;
    ids_N[first + t] = tokens[offset]!;
    positions_N[first + t] = t - exampleStart;
    firstKey_N[first + t] = exampleStart;
    if (of.resetsAtDocuments && starts[document + 1] === offset + 1) {
      endExample(t);
      document += 1;
      exampleStart = t + 1;
    } else if (of.mask === undefined || of.mask[offset + 1] === 1) {
      batch.targets_N[first + t] = tokens[offset + 1]!;
    }
  }
  endExample(length);
  batch.isToken_N.fill(1, first, first + length);
  for (let t = length; t < padded; t++) firstKey_N[first + t] = t;
}
