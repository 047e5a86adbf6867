// The trainer's process and all its workers: started, asked, and never left behind.
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { privateFileMode } from '../../../runs/files/atomic';
import { requestFile } from './events';
import { endOfChild, FollowedTrainer } from './followed';
import { launchScript } from '../scripts/launch';
import { commandOf, descendants, kill } from './process-tree';
import type { TrainerEnd } from './trainer';

/** A file for each worker, named by its pid; written by the callback. */
const workersFolder = 'workers';
/** How long a trainer whose job is gone may take to save. */
const graceMs = 120_000;
const pollMs = 200;

export class TrainerProcess extends FollowedTrainer {
  readonly ended: Promise<TrainerEnd>;
  readonly #child: ChildProcess;
  readonly #killOnExit = (): void => { this.kill(); };

  /** @param arguments_ of the launch script. */
  constructor(folder: string, arguments_: readonly string[]) {
    super(folder);
    const log = openSync(this.logFile, 'w', privateFileMode);
    try {
      this.#child = spawn('bash', [launchScript, ...arguments_], {
        cwd: folder, detached: true, stdio: ['ignore', log, log], env: { ...process.env, PRECLINICAL_JOB_PROCESS: String(process.pid) },
      });
    } finally {
      closeSync(log);
    }
    process.once('exit', this.#killOnExit);
    this.ended = endOfChild(this.#child, this.logFile).finally(() => { process.off('exit', this.#killOnExit); });
  }

  /** At once, with all its workers. */
  kill(): void {
    const pid = this.#child.pid;
    if (pid !== undefined && this.#child.exitCode === null && this.#child.signalCode === null) kill([pid, ...descendants(pid)]);
    kill(leftPids(this.folder));
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
