// What trainers have in common wherever they run: a folder through which they are asked, and a log of what they printed.
import type { ChildProcess } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { writeFileAtomicSync } from '../../../runs/files/atomic';
import { toJson } from '../../../runs/files/json';
import { requestFile } from './events';
import { trainerLog, type Trainer, type TrainerEnd, type TrainerRequest } from './trainer';

export abstract class FollowedTrainer implements Trainer {
  readonly logFile: string;
  abstract readonly ended: Promise<TrainerEnd>;

  constructor(readonly folder: string) {
    this.logFile = path.join(folder, trainerLog);
  }

  /** One that was started here trains as long as it lives. */
  get isWaiting(): boolean {
    return false;
  }

  heard(): void {
    // It was not waiting.
  }

  ask(request: TrainerRequest): void {
    writeFileAtomicSync(path.join(this.folder, requestFile), toJson(request));
  }

  abstract kill(): void;

  async lastLines(count: number): Promise<string[]> {
    const text = await readFile(this.logFile, 'utf8').catch(() => '');
    return text.trimEnd().split('\n').slice(-count);
  }
}

/** How a child ends; why one did not start is added to its log. */
export function endOfChild(child: ChildProcess, logFile: string): Promise<TrainerEnd> {
  return new Promise((resolve) => {
    child.once('error', (error) => { appendFileSync(logFile, error.message); resolve({ code: null, signal: null }); });
    child.once('exit', (code, signal) => { resolve({ code, signal }); });
  });
}
