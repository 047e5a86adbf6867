// A run of MLflow's file store: metrics/NAME has a line `time value step` for each measurement, params/NAME one value.
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { parse } from 'yaml';
import { errorCode } from '../../../runs/files/retry';
import { isRecord, pointOf, type LogPoint, type TrainerLog } from './log';

/** @param folder of the run, with `meta.yaml` and `metrics`. */
export async function readMlflow(folder: string): Promise<TrainerLog> {
  const meta: unknown = parse(await readFile(path.join(folder, 'meta.yaml'), 'utf8'));
  const name = isRecord(meta) && typeof meta['run_name'] === 'string' ? meta['run_name'] : undefined;
  const settings: Record<string, unknown> = {};
  for (const file of await filesUnder(path.join(folder, 'params'))) settings[file] = (await readFile(path.join(folder, 'params', file), 'utf8')).trim();
  const points: LogPoint[] = [];
  let unreadable = 0;
  for (const file of await filesUnder(path.join(folder, 'metrics'))) {
    for (const line of (await readFile(path.join(folder, 'metrics', file), 'utf8')).split('\n')) {
      if (line === '') continue;
      const [time, value, step] = line.split(' ');
      const measured = value === undefined || step === undefined || !/^\d+$/.test(step) ? undefined : pointOf(Number(step), { [file]: numberOf(value) }, Number(time));
      if (measured === undefined) unreadable += 1;
      else points.push(measured);
    }
  }
  return { source: 'MLflow', ...(name === undefined ? {} : { name }), settings, points, unreadable };
}

function numberOf(text: string): number | string {
  return text === '' || Number.isNaN(Number(text)) ? text.toLowerCase() : Number(text);
}

/** Relative paths with `/`: a metric may have some in its name. */
async function filesUnder(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    return entries.filter((entry) => entry.isFile()).map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).split(path.sep).join('/')).sort();
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  }
}
