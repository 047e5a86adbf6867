// How token sequences become the rows of one forward pass. Which keys a query may see is said by two numbers: it never
// sees keys after itself, and never keys before its `firstKey`. That expresses plain, packed and padded rows alike.
// Legend: B batch, T length, N = B·T rows.

/** One batch of B rows of T tokens, flattened row after row. */
export interface RowBatch {
  readonly ids_N: Int32Array;
  /** Position of each token for the rotary embedding, from 0. */
  readonly positions_N: Int32Array;
  /** First token of its own row (0 … T−1) each token may see. The model narrows it by its sliding window. */
  readonly firstKey_N: Int32Array;
  readonly batch: number;
  readonly length: number;
}

/** A row that holds several documents; `documentStarts` are offsets in the row, ascending. A row need not start with a start: what lies before is one document. */
export interface PackedRow {
  readonly ids: ArrayLike<number>;
  readonly documentStarts: readonly number[];
}

function emptyBatch(batch: number, length: number): RowBatch {
  const rows = batch * length;
  return { ids_N: new Int32Array(rows), positions_N: new Int32Array(rows), firstKey_N: new Int32Array(rows), batch, length };
}

function requireLength(row: ArrayLike<number>, length: number): void {
  if (row.length !== length) throw new RangeError(`A row of ${row.length} tokens among rows of ${length}.`);
}

/** Rows of one length, each one sequence: every token sees all before it, also across document ends. */
export function plainRows(rows: readonly ArrayLike<number>[]): RowBatch {
  return packedRows(rows.map((ids) => ({ ids, documentStarts: [] })));
}

/** Rows of one length that hold whole or cut documents: positions restart with each, and none sees another. */
export function packedRows(rows: readonly PackedRow[]): RowBatch {
  const length = rows[0]?.ids.length ?? 0;
  const result = emptyBatch(rows.length, length);
  rows.forEach(({ ids, documentStarts }, index) => {
    requireLength(ids, length);
    result.ids_N.set(ids, index * length);
    let start = 0;
    let next = 0;
    for (let t = 0; t < length; t++) {
      while (next < documentStarts.length && documentStarts[next]! <= t) start = documentStarts[next++]!;
      result.positions_N[index * length + t] = t - start;
      result.firstKey_N[index * length + t] = start;
    }
  });
  return result;
}

/** Rows of unequal length, filled with `padId` on the right. No token sees padding, and padding sees itself alone: its results mean nothing. */
export function paddedRows(rows: readonly ArrayLike<number>[], padId: number): RowBatch {
  const length = rows.reduce((longest, row) => Math.max(longest, row.length), 0);
  const result = plainRows(rows.map((row) => Int32Array.from({ length }, (_, t) => (t < row.length ? row[t]! : padId))));
  rows.forEach((row, index) => {
    for (let t = row.length; t < length; t++) result.firstKey_N[index * length + t] = t;
  });
  return result;
}

/** Tokens of the sequence each token belongs to: the stretch of its row that starts to see at one place. */
export function sequenceLengths({ positions_N, firstKey_N, batch, length }: RowBatch): Int32Array {
  const lengths_N = new Int32Array(positions_N.length);
  for (let row = 0; row < batch; row++) {
    const [first, end] = [row * length, (row + 1) * length];
    for (let start = first; start < end;) {
      let next = start + 1;
      while (next < end && firstKey_N[next] === firstKey_N[start]) next += 1;
      lengths_N.fill(positions_N[next - 1]! + 1, start, next);
      start = next;
    }
  }
  return lengths_N;
}

/**
 * firstKey narrowed to a window of `window` keys, the query itself included (transformers: key > query − window).
 * Query t of T stands at key `keys − T + t`, so the same holds with a cache in front.
 */
export function windowedFirstKey(firstKey_N: Int32Array, length: number, keys: number, window: number | null): Int32Array {
  if (window === null || window >= keys) return firstKey_N;
  return firstKey_N.map((first, row) => Math.max(first, keys - length + (row % length) - window + 1));
}
