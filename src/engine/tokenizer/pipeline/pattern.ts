// Patterns of tokenizer.json as regular expressions of JavaScript, and the five ways the tokenizers library cuts a text by
// one. Its expressions are Oniguruma's, which the JavaScript port of the library translates.
import { SplitPreTokenizer } from '@huggingface/tokenizers';
import { isObject, TokenizerProblem, type Part } from './json';

const behaviours = ['Removed', 'Isolated', 'MergedWithPrevious', 'MergedWithNext', 'Contiguous'] as const;
export type Behaviour = typeof behaviours[number];

/** The `pattern` of a part: a text to find as it is, or an expression. Global and Unicode-aware. */
export function patternOf({ json, at }: Part): RegExp {
  const pattern = json['pattern'];
  if (isObject(pattern) && typeof pattern['String'] === 'string') return literal([pattern['String']]);
  if (!isObject(pattern) || typeof pattern['Regex'] !== 'string') throw new TokenizerProblem(`${at}.pattern`, 'this must be a String or a Regex');
  try {
    const translated = new SplitPreTokenizer({ type: 'Split', pattern: { Regex: pattern['Regex'] }, behavior: 'Isolated', invert: false }).pattern;
    if (translated !== null) return translated;
  } catch (error) {
    throw new TokenizerProblem(`${at}.pattern`, `the expression is not understood: ${(error as Error).message}`, pattern['Regex']);
  }
  throw new TokenizerProblem(`${at}.pattern`, 'the expression is not understood', pattern['Regex']);
}

/** Finds any of these texts, of those that start at one place the longest. */
export function literal(texts: readonly string[]): RegExp {
  const escaped = [...texts].sort((a, b) => b.length - a.length).map((text) => text.replace(/[\\^$.*+?()[\]{}|/-]/g, (sign) => `\\x${sign.charCodeAt(0).toString(16)}`));
  return new RegExp(escaped.join('|'), 'g');
}

export function behaviourOf(name: string, at: string): Behaviour {
  const found = behaviours.find((behaviour) => behaviour.toLowerCase() === name.toLowerCase());
  if (found === undefined) throw new TokenizerProblem(`${at}.behavior`, `a text is cut in one of the ways ${behaviours.join(', ')}`, name);
  return found;
}

interface Stretch { start: number; end: number; readonly isMatch: boolean }

/** Cuts a text; no piece is empty. With `invert`, what lies between the matches is what is matched. */
export function splitBy(text: string, pattern: RegExp, behaviour: Behaviour, invert = false): string[] {
  const stretches = stretchesOf(text, pattern, invert);
  return merge(stretches, behaviour).filter(({ start, end }) => end > start).map(({ start, end }) => text.slice(start, end));
}

function stretchesOf(text: string, pattern: RegExp, invert: boolean): Stretch[] {
  const stretches: Stretch[] = [];
  let end = 0;
  for (const { index, 0: { length } } of text.matchAll(pattern)) {
    if (index > end) stretches.push({ start: end, end: index, isMatch: invert });
    stretches.push({ start: index, end: index + length, isMatch: !invert });
    end = index + length;
  }
  if (end < text.length) stretches.push({ start: end, end: text.length, isMatch: invert });
  return stretches;
}

function merge(stretches: Stretch[], behaviour: Behaviour): Stretch[] {
  switch (behaviour) {
    case 'Isolated': return stretches;
    case 'Removed': return stretches.filter(({ isMatch }) => !isMatch);
    case 'Contiguous': return fold(stretches, (next, last) => next.isMatch === last.isMatch);
    case 'MergedWithPrevious': return fold(stretches, (next, last) => next.isMatch && !last.isMatch);
    case 'MergedWithNext': return fold(stretches.reverse(), (next, last) => next.isMatch && !last.isMatch).reverse();
  }
}

/** Joins each stretch to the one before it when `joins` says so of the two as they were found. */
function fold(stretches: readonly Stretch[], joins: (next: Stretch, last: Stretch) => boolean): Stretch[] {
  const merged: Stretch[] = [];
  stretches.forEach((next, index) => {
    const into = merged.at(-1);
    if (into === undefined || !joins(next, stretches[index - 1]!)) merged.push({ ...next });
    else Object.assign(into, { start: Math.min(into.start, next.start), end: Math.max(into.end, next.end) });
  });
  return merged;
}
