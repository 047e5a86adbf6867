// How an operation is cut in pieces for threads. Only what a piece computes may depend on this, never a sum's order: each
// element of a result is computed by one thread as one thread alone would compute it.

export interface Range { readonly from: number; readonly count: number }

/** 0 … total in at most `pieces` ranges of nearly one length, a multiple of `unit` but for the last. */
export function cut(total: number, pieces: number, unit: number): Range[] {
  const length = Math.max(unit, Math.ceil(total / Math.max(1, pieces) / unit) * unit);
  return Array.from({ length: Math.max(1, Math.ceil(total / length)) }, (_, index) => {
    const from = index * length;
    return { from, count: Math.min(length, total - from) };
  });
}

/** Ranges of one length whatever the threads, for sums that are added up range by range; at most `most`. */
export function fixedRanges(total: number, length: number, most: number): Range[] {
  return cut(total, Math.min(most, Math.ceil(total / length)), length);
}

/**
 * How many pieces along the rows and the columns of a product, about `pieces` together: the pair with the least to pack,
 * since each piece packs its rows of A and its columns of B anew.
 */
export function cutProduct(m: number, n: number, pieces: number): { readonly rows: number; readonly columns: number } {
  let best = { rows: 1, columns: 1, packed: Infinity };
  for (let rows = 1; rows <= pieces; rows++) {
    const columns = Math.ceil(pieces / rows);
    if (rows > Math.ceil(m / productUnit.rows) || columns > Math.ceil(n / productUnit.columns)) continue;
    const packed = rows * n + columns * m;
    if (packed < best.packed) best = { rows, columns, packed };
  }
  return best;
}

/** A piece of a product is a multiple of this, but for the last. */
export const productUnit = { rows: 20, columns: 16 } as const;
