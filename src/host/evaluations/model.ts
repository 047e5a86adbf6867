// Scores and settings of the workspace's evaluations, read once from their folders. No vscode.
import type { EvaluateJobFile } from '../../protocol/job-file';
import { readJobFile } from '../../runs/job-file';
import { readScores, type ScoreSummary } from '../../runs/results';
import type { RunEntry } from '../runs/entry';

export interface EvaluationFacts {
  /** Stored path of the checkpoint. */
  readonly checkpoint: string;
  readonly limit?: number;
  /** Absent while it has none, or when they cannot be read. */
  readonly scores?: ScoreSummary;
}

interface Known { readonly stamp: string; readonly facts: EvaluationFacts }

export class EvaluationsModel {
  readonly #known = new Map<string, Known>();

  facts(id: string): EvaluationFacts | undefined {
    return this.#known.get(id)?.facts;
  }

  /** Reads those that are new or ended since; true when any was. */
  async refresh(entries: readonly RunEntry[]): Promise<boolean> {
    const evaluations = entries.filter(({ kind }) => kind === 'evaluate');
    const ids = new Set(evaluations.map(({ id }) => id));
    for (const id of this.#known.keys()) if (!ids.has(id)) this.#known.delete(id);
    const changed = await Promise.all(evaluations.map(async (entry) => {
      const stamp = `${entry.reading.state} ${entry.reading.at}`;
      if (this.#known.get(entry.id)?.stamp === stamp) return false;
      this.#known.set(entry.id, { stamp, facts: await readFacts(entry) });
      return true;
    }));
    return changed.includes(true);
  }
}

async function readFacts({ folder }: RunEntry): Promise<EvaluationFacts> {
  // What another program wrote into the folder must not take the view with it: opening the results says what is wrong.
  const [file, scores] = await Promise.all([readJobFile(folder).catch(() => undefined), readScores(folder).catch(() => undefined)]);
  const { checkpoint = '', limit } = (file as EvaluateJobFile | undefined)?.resolved ?? {};
  return { checkpoint, ...(limit === undefined ? {} : { limit }), ...(scores ? { scores } : {}) };
}
