// Runs of other programs, read from their logs: jobs that are done, with the log's numbers as events, to be seen in the tree,
// in curves and beside others. What was imported before takes in what its log has gained.
import { appendFile, readFile } from 'node:fs/promises';
import path from 'node:path';
import { userError } from '../../base/errors/problem';
import { metricToJson, type EventBody, type JobEvent } from '../../protocol/events';
import type { ImportJobFile } from '../../protocol/job-file';
import { createJob } from '../../runs/create';
import { writeFileAtomic } from '../../runs/files/atomic';
import { readJobFile } from '../../runs/job-file';
import { jobPath } from '../../runs/layout';
import { listJobs } from '../../runs/list';
import { readStatus, writeStatus } from '../../runs/status';
import { findLogs, type LogPoint, type TrainerLog } from '../scaleout';
import { toStoredPath } from './prepare/paths';

export interface ImportedRun {
  readonly id: string;
  readonly folder: string;
  readonly source: string;
  readonly place: string;
  readonly steps: number;
  /** Points that came since the log was imported before; all of them the first time. */
  readonly added: number;
  readonly unreadable: number;
}

/** @param place a log, or a folder with some. Throws a user error when nothing can be read. */
export async function importRuns(root: string, place: string): Promise<ImportedRun[]> {
  const found = await findLogs(place).catch(() => undefined);
  if (found === undefined || found.length === 0) {
    throw userError({
      code: 'import-no-log', file: place, message: found === undefined ? 'there is no such file or folder' : 'no log of a trainer was found here',
      next: 'Name a trainer_state.json, a trainer_log.jsonl, a TensorBoard event file, a run-*.wandb, a run of an MLflow file store, or a folder with some.',
    });
  }
  const imported: ImportedRun[] = [];
  for (const log of found) {
    const read = await log.read();
    if (read !== undefined && read.points.some(({ metrics }) => Object.keys(metrics).length > 0)) imported.push(await importLog(root, log.place, read));
  }
  if (imported.length > 0) return imported;
  throw userError({ code: 'import-empty', file: place, message: 'the logs here hold no measurement that could be read', next: 'When the run has just begun, import it again later.' });
}

async function importLog(root: string, place: string, log: TrainerLog): Promise<ImportedRun> {
  const stored = toStoredPath(root, path.resolve(place));
  const before = await importedBefore(root, stored, log.source);
  const job: ImportJobFile = { schema: 1, kind: 'import', name: nameOf(place, log), overrides: {}, resolved: { source: log.source, place: stored, settings: log.settings } };
  const { id, folder } = before ?? await createJob(root, job);
  const points = byStep(log.points);
  const lines = eventsOf(points, log.totalSteps).map((event) => JSON.stringify(event));
  const known = await takeLines(jobPath(folder, 'events'), lines);
  const status = (await readStatus(folder))!;
  const reason = log.unreadable === 0 ? `Imported from ${log.source}, ${stored}.` : `Imported from ${log.source}, ${stored}; ${log.unreadable} records of it could not be read: torn, or still being written.`;
  if (status.state !== 'done' || status.reason !== reason || known < lines.length) writeStatus(folder, { ...status, state: 'done', reason, attempt: 1, at: new Date().toISOString() });
  return { id, folder, source: log.source, place: stored, steps: points.at(-1)!.step, added: known === 0 ? points.length : lines.length - known, unreadable: log.unreadable };
}

async function importedBefore(root: string, place: string, source: string): Promise<{ readonly id: string; readonly folder: string } | undefined> {
  for (const job of await listJobs(root)) {
    if (job.kind !== 'import') continue;
    const file = await readJobFile(job.folder);
    if (file.kind === 'import' && file.resolved.place === place && file.resolved.source === source) return job;
  }
  return undefined;
}

/** The log's own name, else that of its folder, where that is one of its own. */
function nameOf(place: string, { name, source }: TrainerLog): string {
  const parts = path.resolve(place).split(path.sep).filter((part) => !/^(?:trainer_|events\.out|checkpoint-\d+$|run-.*\.wandb$|logs?$|runs?$|files$)/.test(part));
  const words = (name ?? parts.at(-1) ?? source).toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '').slice(0, 60).replace(/-+$/, '');
  return words === '' ? 'imported' : words;
}

/** One point a step, in the order of steps: programs log each measurement of a step by itself. Tokens alone are none. */
function byStep(points: readonly LogPoint[]): LogPoint[] {
  const merged = new Map<number, LogPoint>();
  for (const point of points) {
    const other = merged.get(point.step);
    merged.set(point.step, other === undefined ? point : { ...other, ...point, metrics: { ...other.metrics, ...point.metrics } });
  }
  return [...merged.values()].filter(({ metrics }) => Object.keys(metrics).length > 0).sort((a, b) => a.step - b.step);
}

/** Times are those of the log; of one without any, zero. */
function eventsOf(points: readonly LogPoint[], totalSteps: number | undefined): JobEvent[] {
  const startMs = Math.min(...points.map(({ wallMs }) => wallMs ?? Infinity));
  const origin = Number.isFinite(startMs) ? startMs : 0;
  let seq = 0;
  let wallMs = origin;
  let tokens = 0;
  const event = (body: EventBody): JobEvent => ({ schema: 1, seq: ++seq, attempt: 1, wallMs, elapsedMs: wallMs - origin, ...body });
  const events = [event({ type: 'started', ...(totalSteps === undefined ? {} : { totalSteps }) })];
  for (const point of points) {
    wallMs = Math.max(wallMs, point.wallMs ?? wallMs);
    tokens = point.tokens ?? tokens;
    events.push(event({ type: 'metrics', step: point.step, tokens, metrics: Object.fromEntries(Object.entries(point.metrics).map(([name, value]) => [name, metricToJson(value)])) }));
  }
  return events;
}

/** Adds the lines that are new at the end, or writes all anew when earlier ones are others. Returns how many were there. */
async function takeLines(file: string, lines: readonly string[]): Promise<number> {
  const text = lines.map((line) => `${line}\n`).join('');
  const there = await readFile(file, 'utf8');
  if (text === there) return lines.length;
  if (there !== '' && text.startsWith(there)) {
    await appendFile(file, text.slice(there.length));
    return there.split('\n').length - 1;
  }
  await writeFileAtomic(file, text);
  return 0;
}
