// Scores of a prompt job as its results/summary.json has them. Pure but for reading the file.
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { jobPath } from '../../runs/layout';

export interface StrategyScore { readonly strategy: string; readonly accuracy: number; readonly questions: number }
export interface JobScores { readonly model: string; readonly strategies: readonly StrategyScore[] }

export function readScores(text: string): JobScores | undefined {
  try {
    const { model, strategies } = JSON.parse(text) as { model?: unknown; strategies?: unknown };
    if (typeof model !== 'string' || typeof strategies !== 'object' || strategies === null) return undefined;
    const scores = Object.entries(strategies as Record<string, { accuracy?: unknown; n?: unknown } | null>).flatMap(([strategy, score]) =>
      (typeof score?.accuracy === 'number' && typeof score.n === 'number' ? [{ strategy, accuracy: score.accuracy, questions: score.n }] : []));
    // The identity is the name and a hash; people know the name.
    return { model: model.split('@')[0]!, strategies: scores };
  } catch {
    return undefined;
  }
}

/** Reads each summary once, since it is written once an attempt. */
export class ScoresReader {
  readonly #known = new Map<string, { readonly stamp: string; readonly scores: JobScores | undefined }>();

  /** Undefined while there are none. */
  async read(jobFolder: string): Promise<JobScores | undefined> {
    const file = path.join(jobPath(jobFolder, 'results'), 'summary.json');
    try {
      const { mtimeMs, size } = await stat(file);
      const stamp = `${mtimeMs}-${size}`;
      const known = this.#known.get(jobFolder);
      if (known?.stamp === stamp) return known.scores;
      const scores = readScores(await readFile(file, 'utf8'));
      this.#known.set(jobFolder, { stamp, scores });
      return scores;
    } catch {
      return undefined;
    }
  }
}
