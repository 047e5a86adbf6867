// Added tokens: texts that are a token whatever surrounds them, found before anything else is done to a text.
import { isObject, TokenizerProblem, type Json } from './json';
import type { Normalise } from './normalise';
import { trimEnd } from './normalise';
import { literal } from './pattern';

export interface AddedToken {
  readonly id: number;
  readonly content: string;
  readonly special: boolean;
  /** Found only where no letter, digit or underscore touches it. */
  readonly singleWord: boolean;
  /** White space before or after it belongs to it. */
  readonly lstrip: boolean;
  readonly rstrip: boolean;
  /** Looked for in the normalised text, in its normalised form. */
  readonly normalized: boolean;
}

export interface Section {
  readonly text: string;
  /** Where it starts in the text that was cut. */
  readonly start: number;
  /** Set when the section is an added token. */
  readonly id?: number;
}

/** Larger than the vocabulary of any model; ids are places in lists. */
export const idLimit = 2 ** 24;

export function readAddedTokens(json: Json): AddedToken[] {
  const list = json['added_tokens'] ?? [];
  if (!Array.isArray(list)) throw new TokenizerProblem('added_tokens', 'this must be a list');
  return list.map((token: unknown, index) => {
    const { id, content, special, single_word: singleWord, lstrip, rstrip, normalized } = isObject(token) ? token : {};
    if (typeof id !== 'number' || !Number.isInteger(id) || id < 0 || id >= idLimit || typeof content !== 'string') {
      throw new TokenizerProblem(`added_tokens[${index}]`, 'an added token has a content and an id');
    }
    return {
      id, content, special: special === true, singleWord: singleWord === true, lstrip: lstrip === true, rstrip: rstrip === true,
      normalized: typeof normalized === 'boolean' ? normalized : special !== true,
    };
  });
}

const wordBefore = /[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\u200c\u200d]$/u;
const wordAfter = /^[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\u200c\u200d]/u;
const spacesAfter = /^\p{White_Space}*/u;

/** Finds added tokens in a text, as the library's AddedVocabulary does. */
export class AddedTokenFinder {
  readonly #byContent: ReadonlyMap<string, AddedToken>;
  readonly #pattern: RegExp | undefined;

  /** @param normalise applied to the tokens' contents, when they are looked for in normalised text. */
  constructor(tokens: readonly AddedToken[], normalise: Normalise = (text) => text) {
    const contents = tokens.map((token) => [normalise(token.content), token] as const).filter(([content]) => content !== '');
    this.#byContent = new Map(contents.reverse());
    this.#pattern = contents.length === 0 ? undefined : literal([...this.#byContent.keys()]);
  }

  /** Sections that together are the text; none is empty. With `specialAsText`, special tokens are not looked for. */
  split(text: string, specialAsText: boolean): Section[] {
    if (text === '') return [];
    const sections: Section[] = [];
    let end = 0;
    for (const match of this.#pattern === undefined ? [] : text.matchAll(this.#pattern)) {
      const token = this.#byContent.get(match[0])!;
      const [first, after] = [match.index, match.index + match[0].length];
      if ((specialAsText && token.special) || (token.singleWord && touchesWord(text, first, after))) continue;
      const start = token.lstrip ? Math.max(end, trimEnd(text.slice(end, first)).length + end) : first;
      const stop = token.rstrip ? after + spacesAfter.exec(text.slice(after))![0].length : after;
      if (start > end) sections.push({ text: text.slice(end, start), start: end });
      sections.push({ text: text.slice(start, stop), start, id: token.id });
      end = stop;
    }
    if (end < text.length) sections.push({ text: text.slice(end), start: end });
    return sections;
  }
}

/** A character takes up to two places of a text. */
function touchesWord(text: string, first: number, after: number): boolean {
  return wordBefore.test(text.slice(Math.max(0, first - 2), first)) || wordAfter.test(text.slice(after, after + 2));
}
