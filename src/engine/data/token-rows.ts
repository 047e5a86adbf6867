// Rows of tokens as Hugging Face's tools take them, and as a Parquet file of lists of int32, written a row group at a time.
import type { SchemaElement } from 'hyparquet';
import { fileWriter, ParquetWriter } from 'hyparquet-writer';

/** Lists of one length: `labels` are ids or −100 where nothing is learnt, `position_ids` start again at each document. */
export interface TokenRow { readonly input_ids: number[]; readonly labels: number[]; readonly position_ids: number[] }

/** What transformers and torch leave out of the loss. */
export const ignoredLabel = -100;

const columns = ['input_ids', 'labels', 'position_ids'] as const;
const rowsOfGroup = 512;

const schema: SchemaElement[] = [
  { name: 'root', num_children: columns.length },
  ...columns.flatMap((name): SchemaElement[] => [
    { name, repetition_type: 'REQUIRED', num_children: 1, converted_type: 'LIST' },
    { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
    { name: 'element', repetition_type: 'REQUIRED', type: 'INT32' },
  ]),
];

/** @returns rows written. */
export async function writeTokenParquet(file: string, rows: Iterable<TokenRow>): Promise<number> {
  const parquet = new ParquetWriter({ writer: fileWriter(file), schema, statistics: false });
  let written = 0;
  let group: TokenRow[] = [];
  const flush = async (): Promise<void> => {
    await parquet.write({ columnData: columns.map((name) => ({ name, data: group.map((row) => row[name]) })), rowGroupSize: rowsOfGroup });
    written += group.length;
    group = [];
  };
  for (const row of rows) {
    group.push(row);
    if (group.length === rowsOfGroup) await flush();
  }
  if (group.length > 0) await flush();
  await parquet.finish();
  return written;
}
