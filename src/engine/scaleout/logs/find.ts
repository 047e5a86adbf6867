// Which logs a file or folder holds. Nothing is written there.
import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import type { TrainerLog } from './log';
import { readMlflow } from './mlflow';
import { eventFileName, readTensorBoard } from './tensorboard';
import { readTrainerLog, readTrainerState } from './text';
import { readWandb } from './wandb';

export interface FoundLog {
  /** File, or folder of several. */
  readonly place: string;
  /** Undefined while it is being written and cannot be read yet. */
  read(): Promise<TrainerLog | undefined>;
}

/**
 * One for each run: of a trainer's folder the newest trainer_state.json, of a folder its event files together. Where several
 * programs logged the same run each is one.
 */
export async function findLogs(place: string): Promise<FoundLog[]> {
  const isFile = (await stat(place)).isFile();
  const names = isFile ? [path.basename(place)] : await readdir(place, { recursive: true });
  const from = isFile ? path.dirname(place) : place;
  const files = await withoutTwins(from, names);
  const named = (test: (name: string) => boolean): string[] => files.filter((file) => test(path.basename(file)));
  return [
    ...newestStates(named((name) => name === 'trainer_state.json')).map((file): FoundLog => ({ place: file, read: async () => readTrainerState(await readFile(file, 'utf8')) })),
    ...named((name) => name === 'trainer_log.jsonl').map((file): FoundLog => ({ place: file, read: async () => readTrainerLog(await readFile(file, 'utf8')) })),
    ...byFolder(named((name) => eventFileName.test(name))).map(([folder, events]): FoundLog => ({
      place: events.length === 1 && isFile ? events[0]! : folder, read: async () => readTensorBoard(await Promise.all(events.map((file) => readFile(file)))),
    })),
    ...named((name) => name.endsWith('.wandb')).map((file): FoundLog => ({ place: file, read: async () => readWandb(await readFile(file)) })),
    ...mlflowRuns(files).map((folder): FoundLog => ({ place: folder, read: () => readMlflow(folder) })),
  ];
}

/** Each file once: W&B links its latest run beside that run's own folder. The name without a link goes before the others. */
async function withoutTwins(from: string, names: readonly string[]): Promise<string[]> {
  const folder = await realpath(from);
  const byTarget = new Map<string, string>();
  for (const name of names) {
    const target = await realpath(path.join(folder, name)).catch(() => undefined); // a link to nothing
    if (target === undefined) continue;
    if (!byTarget.has(target) || target === path.join(folder, name)) byTarget.set(target, path.join(from, name));
  }
  return [...byTarget.values()].sort();
}

/** checkpoint-N/trainer_state.json holds all that came before it, so of one trainer's folder the largest N is enough. */
function newestStates(files: readonly string[]): string[] {
  const stepOf = (file: string): number => Number(/^checkpoint-(\d+)$/.exec(path.basename(path.dirname(file)))?.[1] ?? Infinity);
  const newest = new Map<string, string>();
  for (const file of files) {
    const trainer = stepOf(file) === Infinity ? path.dirname(file) : path.dirname(path.dirname(file));
    const other = newest.get(trainer);
    if (other === undefined || stepOf(file) > stepOf(other)) newest.set(trainer, file);
  }
  return [...newest.values()];
}

function byFolder(files: readonly string[]): [string, string[]][] {
  const folders = new Map<string, string[]>();
  for (const file of files) folders.set(path.dirname(file), [...folders.get(path.dirname(file)) ?? [], file]);
  return [...folders];
}

/** Folders with meta.yaml beside metrics/; an experiment has a meta.yaml too, and no metrics. */
function mlflowRuns(files: readonly string[]): string[] {
  return files.filter((file) => path.basename(file) === 'meta.yaml').map((file) => path.dirname(file)).filter((folder) => files.includes(path.join(folder, 'metrics')));
}
