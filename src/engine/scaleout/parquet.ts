// Rows of token ids as a Parquet file of lists of int32, written a row group at a time.
import type { SchemaElement } from 'hyparquet';
import { fileWriter, ParquetWriter } from 'hyparquet-writer';
import type { TrainerRow } from './rows';

const columns = ['input_ids', 'position_ids', 'labels'] as const;
const rowsOfGroup = 256;

const schema: SchemaElement[] = [
  { name: 'root', num_children: columns.length },
  ...columns.flatMap((name): SchemaElement[] => [
    { name, repetition_type: 'REQUIRED', num_children: 1, converted_type: 'LIST' },
    { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
    { name: 'element', repetition_type: 'REQUIRED', type: 'INT32' },
  ]),
];

/** @returns rows written. */
export async function writeParquet(file: string, rows: Iterable<TrainerRow>): Promise<number> {
  const parquet = new ParquetWriter({ writer: fileWriter(file), schema, statistics: false });
  let written = 0;
  let group: TrainerRow[] = [];
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
