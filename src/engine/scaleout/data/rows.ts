// Rows of the embedded engine as a Hugging Face Trainer takes them. There input and labels have the same length and the
// model shifts them itself, so a row of L input tokens becomes one of L + 1, whose last token is only predicted.
import { ignoredLabel, type TokenRow } from '../../data';
import { documentAt, makeBatch, type ShardRows } from '../../train';

/** The row `index` of `of`: the very tokens, positions and targets of `makeBatch`. */
export function trainerRow(of: ShardRows, index: number): TokenRow {
  const length = of.lengths[index]!;
  const batch = makeBatch([{ of, row: index }], { padId: 0, maximumLength: length });
  const last = of.starts[index]! + length;
  const opensDocument = of.resetsAtDocuments && of.shard.starts[documentAt(of.shard.starts, last)] === last;
  return {
    input_ids: [...batch.rows.ids_N, of.shard.tokens[last]!],
    position_ids: [...batch.rows.positions_N, opensDocument ? 0 : batch.rows.positions_N[length - 1]! + 1],
    labels: [ignoredLabel, ...Array.from(batch.targets_N, (target) => (target < 0 ? ignoredLabel : target))],
  };
}

/** A row that teaches nothing: fills the last update, so that every process has as many rows as the others. */
export function emptyRow(padId: number): TokenRow {
  return { input_ids: [padId, padId], position_ids: [0, 1], labels: [ignoredLabel, ignoredLabel] };
}
