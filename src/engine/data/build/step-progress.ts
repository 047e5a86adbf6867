// Progress of a step over many pieces on several threads, told as that of the first part that is worked on.
import type { OnTask } from '../steps/pool';
import type { ReadOptions } from './parts';

/** Of a piece's time, what goes into reading it before its records are counted. */
const readFraction = 0.3;

export class StepProgress {
  readonly #documents: number[];
  /** Done of each piece, 0 to 1. */
  readonly #fractions: number[];
  readonly #open = new Set<number>();

  /** @param partOf part of each piece */
  constructor(private readonly labels: readonly string[], private readonly partOf: readonly number[], private readonly onProgress: ReadOptions['onProgress']) {
    this.#documents = partOf.map(() => 0);
    this.#fractions = partOf.map(() => 0);
  }

  readonly tell: OnTask = (piece, progress) => {
    if (progress === 'done') {
      this.#open.delete(piece);
      this.#fractions[piece] = 1;
    } else {
      this.#open.add(piece);
      this.#documents[piece] = Math.max(this.#documents[piece]!, progress.documents);
      this.#fractions[piece] = Math.max(this.#fractions[piece]!, progress.of ? readFraction + ((1 - readFraction) * progress.documents) / progress.of : 0);
    }
    const part = this.partOf[Math.min(piece, ...this.#open)]!;
    const pieces = this.partOf.flatMap((one, at) => (one === part ? [at] : []));
    this.onProgress?.({
      label: this.labels[part]!, done: pieces.reduce((sum, at) => sum + this.#documents[at]!, 0),
      fraction: pieces.reduce((sum, at) => sum + this.#fractions[at]!, 0) / pieces.length,
    });
  };
}
