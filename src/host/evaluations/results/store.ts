// Results of evaluations with their items, each read once: results are written once. No vscode.
import { newestResultsFile } from '../../../runs/results';
import { readStoredResults, type StoredResults } from '../../../runs/scored/read';

/** Evaluations kept with their items; ten thousand questions are some megabytes. */
const mostKept = 64;

export class ResultsStore {
  readonly #kept = new Map<string, Promise<StoredResults>>();

  /** Undefined when it has none. Throws a user error when they cannot be read. */
  async open(folder: string): Promise<StoredResults | undefined> {
    const file = await newestResultsFile(folder);
    if (file === undefined) return undefined;
    const known = this.#kept.get(file);
    const results = known ?? readStoredResults(file);
    // The least recently asked for go first.
    this.#kept.delete(file);
    this.#kept.set(file, results);
    results.catch(() => { this.#kept.delete(file); });
    for (const oldest of this.#kept.keys()) if (this.#kept.size > mostKept) this.#kept.delete(oldest);
    return results;
  }
}
