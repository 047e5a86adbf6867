// The trainer's process and all its workers: started, asked, and never left behind.
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { privateFileMode, writeFileAtomicSync } from '../../runs/files/atomic';
import { toJson } from '../../runs/files/json';
import { launchScript } from './launch-script';
import { commandOf, descendants, kill } from './process-tree';
import { trainerLog, type Trainer, type TrainerEnd, type TrainerRequest } from './trainer';
import { requestFile } from './trainer-events';

/** A file for each worker, named by its pid; written by the callback. */
const workersFolder = 'workers';
/** How long a trainer whose job is gone may take to save. */
const graceMs = 120_000;
const pollMs = 200;

export class TrainerProcess implements Trainer {
  readonly isWaiting = false;
  readonly logFile: string;
  readonly ended: Promise<TrainerEnd>;
  readonly #child: ChildProcess;
  readonly #killOnExit = (): void => { this.kill(); };

  /** @param arguments_ of the launch script. */
  constructor(readonly folder: string, arguments_: readonly string[]) {
    this.logFile = path.join(folder, trainerLog);
    const log = openSync(this.logFile, 'w', privateFileMode);
    try {
      this.#child = spawn('bash', [launchScript, ...arguments_], {
        cwd: folder, detached: true, stdio: ['ignore', log, log], env: { ...process.env, PRECLINICAL_JOB_PROCESS: String(process.pid) },
      });
    } finally {
      closeSync(log);
    }
    process.once('exit', this.#killOnExit);
    this.ended = new Promise((resolve) => {
      this.#child.once('error', (error) => { writeFileSync(this.logFile, error.message, { flag: 'a' }); resolve({ code: null, signal: null }); });
      this.#child.once('exit', (code, signal) => {
        process.off('exit', this.#killOnExit);
        resolve({ code, signal });
      });
    });
  }

  heard(): void {
    // It was started here, and trains as long as it lives.
  }

  ask(request: TrainerRequest): void {
    writeFileAtomicSync(path.join(this.folder, requestFile), toJson(request));
  }

  /** At once, with all its workers. */
  kill(): void {
    const pid = this.#child.pid;
    if (pid !== undefined && this.#child.exitCode === null && this.#child.signalCode === null) kill([pid, ...descendants(pid)]);
    kill(leftPids(this.folder));
  }

  /** The last lines it printed. */
  async lastLines(count: number): Promise<string[]> {
    return (await readFile(this.logFile, 'utf8')).trimEnd().split('\n').slice(-count);
  }
}

/**
 * Waits for a trainer that an earlier attempt left behind: it sees that its job is gone, saves, and ends. One that does
 * not is killed. What it was asked is taken away.
 */
export async function endLeftTrainer(folder: string): Promise<void> {
  for (let waitedMs = 0; waitedMs < graceMs && leftPids(folder).length > 0; waitedMs += pollMs) await delay(pollMs);
  kill(leftPids(folder));
  rmSync(path.join(folder, workersFolder), { recursive: true, force: true });
  rmSync(path.join(folder, requestFile), { force: true });
}

/** Workers that say they train in this folder, and do. */
function leftPids(folder: string): number[] {
  const workers = path.join(folder, workersFolder);
  const pids = existsSync(workers) ? readdirSync(workers).map(Number) : [];
  return pids.filter((pid) => /train_trl\.py|axolotl/.test(commandOf(pid) ?? ''));
}
