// The leak guard: a solved question that is, nearly is or belongs with the question asked would give its answer away.
import type { PromptQuestion } from '../question';

/** Words in a row that are compared. */
const shingleWords = 3;
/** Jaccard similarity of the shingles from which on two questions are one. */
const nearEqual = 0.8;

export type LeakReason = 'same-text' | 'near-equal' | 'same-id' | 'same-group';

interface Fingerprint { readonly words: string; readonly shingles: ReadonlySet<string> }

/** Compares questions by words alone; keeps what it knows of each question. */
export class LeakGuard {
  readonly #known = new WeakMap<PromptQuestion, Fingerprint>();

  /** Why `exemplar` may not be shown before `asked`; undefined when it may. */
  reason(exemplar: PromptQuestion, asked: PromptQuestion): LeakReason | undefined {
    if (exemplar.group !== undefined && exemplar.group === asked.group) return 'same-group';
    if (exemplar.hasOwnId && asked.hasOwnId && exemplar.id === asked.id) return 'same-id';
    const a = this.#fingerprint(exemplar);
    const b = this.#fingerprint(asked);
    // promptbase drops what contains the question; a question that contains the exemplar gives it away as well.
    if (a.words === b.words || ` ${a.words} `.includes(` ${b.words} `) || ` ${b.words} `.includes(` ${a.words} `)) return 'same-text';
    return jaccard(a.shingles, b.shingles) >= nearEqual ? 'near-equal' : undefined;
  }

  #fingerprint(question: PromptQuestion): Fingerprint {
    const known = this.#known.get(question);
    if (known) return known;
    const words = wordsOf(question.question);
    const shingles = new Set(words.map((_, start) => words.slice(start, start + shingleWords).join(' ')));
    const made = { words: words.join(' '), shingles };
    this.#known.set(question, made);
    return made;
  }
}

/** Letters and digits in lower case; what stands between them does not count. */
export function wordsOf(text: string): string[] {
  return text.normalize('NFKC').toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}

function jaccard(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  if (a.size === 0 || b.size === 0) return 0;
  let shared = 0;
  for (const one of a) if (b.has(one)) shared += 1;
  return shared / (a.size + b.size - shared);
}
