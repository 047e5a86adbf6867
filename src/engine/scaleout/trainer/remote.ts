// A trainer on another machine that shares the job folder: started through a command such as `ssh host`, followed and asked
// by files, and ended there when nobody follows it.
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { userError } from '../../../base/errors/problem';
import { privateFileMode } from '../../../runs/files/atomic';
import { endOfChild, FollowedTrainer } from './followed';
import { line, type Place } from '../machine/place';
import { aliveFile, endNowFile, remoteScript } from './remote-script';
import type { TrainerEnd } from './trainer';

const pollMs = 500;
/** A sign of life that stood still this long, while it was watched, is none: network disks are late. */
const stillMs = 30_000;
/** How long a trainer that nobody follows may take to save. */
const graceMs = 120_000;
/** What ssh ends with when it, and not the command, failed. */
const connectionLost = 255;

export class RemoteTrainer extends FollowedTrainer {
  readonly ended: Promise<TrainerEnd>;
  readonly #child: ChildProcess;
  #hasEnded = false;
  readonly #killOnExit = (): void => { this.kill(); };

  /** @param arguments_ of the launch script. */
  constructor(folder: string, private readonly place: Place, arguments_: readonly string[]) {
    super(folder);
    for (const name of [endNowFile, aliveFile]) rmSync(path.join(folder, name), { force: true });
    rmSync(this.logFile, { force: true });
    const log = openSync(this.logFile, 'a', privateFileMode); // the other machine adds to it too
    try {
      const [program, ...words] = place.shell;
      this.#child = spawn(program!, words, { cwd: folder, detached: true, stdio: ['pipe', log, log] });
    } finally {
      closeSync(log);
    }
    // The pipe stays open: its end tells the other side that nobody follows any more.
    this.#child.stdin!.on('error', () => undefined);
    this.#child.stdin!.write(`exec ${line(['bash', path.posix.join(place.seen(folder), remoteScript), ...arguments_])}\n`);
    process.once('exit', this.#killOnExit);
    this.ended = this.#whenEnded().finally(() => {
      this.#hasEnded = true;
      process.off('exit', this.#killOnExit);
    });
  }

  kill(): void {
    if (this.#hasEnded) return;
    writeFileSync(path.join(this.folder, endNowFile), '', { mode: privateFileMode });
  }

  async #whenEnded(): Promise<TrainerEnd> {
    const end = await endOfChild(this.#child, this.logFile);
    if (end.code !== connectionLost && end.signal === null) return end;
    const ended = await waitForEnd(this.folder);
    return {
      ...end,
      because: userError({
        code: 'scaleout-connection-lost', file: this.logFile, value: (await this.lastLines(1)).join(''), message: `the connection of ${this.place.name} was lost${ended ? ', and the trainer there has ended' : ''}`,
        next: 'Resume the run when the machine answers again.',
      }),
    };
  }
}

/** Waits until a trainer gives no sign of life. @returns whether it does not. */
async function waitForEnd(folder: string): Promise<boolean> {
  let last = '';
  let unchangedMs = 0;
  for (let waitedMs = 0; waitedMs < graceMs; waitedMs += pollMs) {
    if (!existsSync(path.join(folder, aliveFile))) return true;
    const now = await readFile(path.join(folder, aliveFile), 'utf8').catch(() => '');
    unchangedMs = now === last ? unchangedMs + pollMs : 0;
    if (unchangedMs >= stillMs) return true;
    last = now;
    await delay(pollMs);
  }
  return false;
}

/** Waits for a trainer that an earlier attempt left there: it sees that nobody follows, saves, and ends. One that does not is ended. */
export async function endLeftRemote(folder: string): Promise<void> {
  if (await waitForEnd(folder)) return;
  writeFileSync(path.join(folder, endNowFile), '', { mode: privateFileMode });
  if (await waitForEnd(folder)) return;
  throw userError({
    code: 'scaleout-still-trains', file: path.join(folder, aliveFile), message: 'an earlier start of this run still trains on its machine and does not end',
    next: 'End it there, remove this file, then resume the run.',
  });
}
