// Progress of a step over many pieces on several threads, told as that of the first part that is worked on.
import type { ReadOptions } from './parts';

export class StepProgress {
  readonly #documents: number[];
  readonly #isDone: boolean[];
  readonly #open = new Set<number>();

  /** @param partOf part of each piece */
  constructor(private readonly labels: readonly string[], private readonly partOf: readonly number[], private readonly onProgress: ReadOptions['onProgress']) {
    this.#documents = partOf.map(() => 0);
    this.#isDone = partOf.map(() => false);
  }

  tell(piece: number, documents: number, isDone: boolean): void {
    if (!isDone) this.#documents[piece] = documents;
    this.#isDone[piece] = isDone;
    if (isDone) this.#open.delete(piece);
    else this.#open.add(piece);
    const part = this.partOf[Math.min(piece, ...this.#open)]!;
    const pieces = this.partOf.flatMap((one, at) => (one === part ? [at] : []));
    this.onProgress?.({
      label: this.labels[part]!, done: pieces.reduce((sum, at) => sum + this.#documents[at]!, 0),
      fraction: this.#isDone.filter(Boolean).length / this.#isDone.length,
    });
  }
}
