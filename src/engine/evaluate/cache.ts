// cache.jsonl of an evaluation: one line a scored continuation, appended as soon as its score is known, so that an
// evaluation that was killed scores nothing twice. Holds hashes and numbers, no text.
import { createHash } from 'node:crypto';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, truncateSync } from 'node:fs';
import path from 'node:path';
import { writeAllSync } from '../../runs/files/atomic';
import type { LikelihoodResult } from '../inference/interfaces';

/** What a score depends on. */
export function scoreKey(modelHash: string, task: string, context: string, continuation: string): string {
  return createHash('sha256').update(JSON.stringify([modelHash, task, context, continuation])).digest('hex');
}

export class ScoreCache {
  readonly #scores = new Map<string, LikelihoodResult>();
  #file: number | undefined;

  /**
   * @param file kept on disk when given; a torn last line, left by a crash, is cut off.
   * @param others files of other evaluations, whose scores are taken too and which are left as they are.
   */
  constructor(file?: string, others: readonly string[] = []) {
    for (const other of others) this.#take(readFileSync(other));
    if (file === undefined) return;
    if (existsSync(file)) this.#read(file);
    mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
    this.#file = openSync(file, 'a', 0o600);
  }

  get(key: string): LikelihoodResult | undefined {
    return this.#scores.get(key);
  }

  put(key: string, { logLikelihood, isGreedy, tokens }: LikelihoodResult): void {
    if (this.#scores.has(key)) return;
    this.#scores.set(key, { logLikelihood, isGreedy, tokens });
    if (this.#file !== undefined) writeAllSync(this.#file, Buffer.from(`${JSON.stringify({ key, logLikelihood, isGreedy, tokens })}\n`));
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }

  #read(file: string): void {
    const bytes = readFileSync(file);
    const whole = bytes.lastIndexOf(0x0a) + 1;
    if (whole < bytes.length) truncateSync(file, whole);
    this.#take(bytes.subarray(0, whole));
  }

  #take(bytes: Buffer): void {
    for (const line of bytes.toString('utf8').split('\n')) {
      const entry = parseEntry(line);
      if (entry) this.#scores.set(entry.key, entry.result);
    }
  }
}

/** A line that is no score is left out: its continuation is scored again. */
function parseEntry(line: string): { key: string; result: LikelihoodResult } | undefined {
  try {
    const { key, logLikelihood, isGreedy, tokens } = JSON.parse(line) as Record<string, unknown>;
    if (typeof key !== 'string' || typeof logLikelihood !== 'number' || typeof isGreedy !== 'boolean' || typeof tokens !== 'number') return undefined;
    return { key, result: { logLikelihood, isGreedy, tokens } };
  } catch {
    return undefined;
  }
}
