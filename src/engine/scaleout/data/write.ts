// What the trainer reads, in files of its folder: each row once, the order of the whole run over them, the learning rate
// of each update, and the held-out sets. So an update learns the rows the embedded engine's would, at its learning rate.
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type TokenRow, writeTokenParquet } from '../../data';
import { learningRateAt, type DataPlan, type HeldOutSet, type makeSchedule } from '../../train';
import { emptyRow, trainerRow } from './rows';

export const dataFiles = { rows: 'rows.parquet', order: 'order.int32', rates: 'learning-rates.float64' } as const;

export function heldOutFile(name: string): string {
  return `heldout-${name}.parquet`;
}

export interface TrainerData {
  readonly plan: DataPlan;
  readonly schedule: ReturnType<typeof makeSchedule>;
  readonly heldOut: readonly HeldOutSet[];
  readonly padId: number;
}

/** @returns rows in the file, and places of the run: `totalSteps` times the rows of an update. */
export async function writeTrainerData(folder: string, { plan, schedule, heldOut, padId }: TrainerData): Promise<{ readonly rows: number; readonly places: number }> {
  const rows = await writeTokenParquet(path.join(folder, dataFiles.rows), allRows(plan, padId));
  const order = rowOrder(plan);
  await writeFile(path.join(folder, dataFiles.order), new Uint8Array(order.buffer));
  const rates = Float64Array.from({ length: plan.totalSteps }, (_, step) => learningRateAt(schedule, step));
  await writeFile(path.join(folder, dataFiles.rates), new Uint8Array(rates.buffer));
  for (const set of heldOut) {
    await writeTokenParquet(path.join(folder, heldOutFile(set.name)), Array.from(set.rows.starts, (_, index) => trainerRow(set.rows, index)));
  }
  return { rows, places: order.length };
}

/** The rows of every stage in the mix's order, and last the empty one. */
function* allRows(plan: DataPlan, padId: number): Generator<TokenRow> {
  for (const stage of plan.stages) {
    for (let index = 0; index < stage.starts.length; index++) yield trainerRow(stage, index);
  }
  yield emptyRow(padId);
}

/** Row of each place of the run; the places a last, smaller update leaves free get the empty row. */
export function rowOrder(plan: DataPlan): Int32Array {
  const first = new Map<unknown, number>();
  let rows = 0;
  for (const stage of plan.stages) {
    first.set(stage, rows);
    rows += stage.starts.length;
  }
  const rowsOfUpdate = plan.settings.batchSize * plan.settings.accumulationSteps;
  const order = new Int32Array(plan.totalSteps * rowsOfUpdate).fill(rows);
  for (let step = 0; step < plan.totalSteps; step++) {
    plan.microBatches(step).flat().forEach(({ of, row }, place) => { order[step * rowsOfUpdate + place] = first.get(of)! + row; });
  }
  return order;
}
