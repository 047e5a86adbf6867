// Pre-tokenizers of tokenizer.json: how a text is cut into the pieces that are merged by themselves.
import { toByteCharacters } from '../byte-alphabet';
import { splitPattern } from '../pre-tokenize';
import { flagOf, partsOf, textOf, TokenizerProblem, unsupported, type Part } from './json';
import { behaviourOf, literal, patternOf, splitBy, type Behaviour } from './pattern';

export interface Piece {
  readonly text: string;
  /** Whether the whole text begins with it. */
  readonly isStart: boolean;
}

export type PreTokenise = (pieces: readonly Piece[]) => Piece[];

const numeric = /\p{N}/gu;
const space = /\p{White_Space}/gu;
const punctuation = /[\p{P}!-/:-@[-`{-~]/gu;
const words = /[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\u200c\u200d]+|[^\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\u200c\u200d\p{White_Space}]+/gu;
const gpt2 = patternOf({ type: 'Split', at: '', json: { pattern: { Regex: splitPattern } } });

const kinds: Readonly<Record<string, (part: Part) => PreTokenise>> = {
  Sequence: (part) => {
    const steps = partsOf(part, 'pretokenizers').map(preTokeniser);
    return (pieces) => steps.reduce<Piece[]>((result, step) => step(result), [...pieces]);
  },
  Split: (part) => cut(patternOf(part), behaviourOf(textOf(part, 'behavior'), part.at), flagOf(part, 'invert', false)),
  CharDelimiterSplit: (part) => cut(literal([textOf(part, 'delimiter')]), 'Removed'),
  Digits: (part) => cut(numeric, flagOf(part, 'individual_digits', false) ? 'Isolated' : 'Contiguous'),
  Punctuation: (part) => cut(punctuation, behaviourOf(textOf(part, 'behavior', 'Isolated'), part.at)),
  Whitespace: () => cut(words, 'Removed', true),
  WhitespaceSplit: () => cut(space, 'Removed'),
  Metaspace: metaspace,
  ByteLevel: byteLevel,
};

export function preTokeniser(part: Part): PreTokenise {
  const make = Object.hasOwn(kinds, part.type) ? kinds[part.type] : undefined;
  if (make === undefined) throw unsupported(part, 'pre-tokenizer', Object.keys(kinds));
  return make(part);
}

function cut(pattern: RegExp, behaviour: Behaviour, invert = false): PreTokenise {
  return (pieces) => pieces.flatMap(({ text, isStart }) => {
    const first = behaviour === 'Removed' ? undefined : 0;
    return splitBy(text, pattern, behaviour, invert).map((piece, index) => ({ text: piece, isStart: isStart && (first ?? (text.startsWith(piece) ? 0 : -1)) === index }));
  });
}

/** Spaces become ▁, one is put in front, and each piece then begins with one. */
function metaspace(part: Part): PreTokenise {
  const mark = textOf(part, 'replacement', '▁');
  // Older files say add_prefix_space in place of the scheme.
  const scheme = textOf(part, 'prepend_scheme', flagOf(part, 'add_prefix_space', true) ? 'always' : 'never');
  if (!['always', 'first', 'never'].includes(scheme)) throw new TokenizerProblem(`${part.at}.prepend_scheme`, 'a space is put in front always, first or never', scheme);
  const split = flagOf(part, 'split', true) ? cut(literal([mark]), 'MergedWithNext') : undefined;
  return (pieces) => {
    const marked = pieces.map(({ text, isStart }) => {
      const replaced = text.replaceAll(' ', () => mark);
      const prepends = !replaced.startsWith(mark) && (scheme === 'always' || (scheme === 'first' && isStart));
      return { text: prepends ? mark + replaced : replaced, isStart };
    });
    return split?.(marked) ?? marked;
  };
}

/** Bytes as the characters of GPT-2's alphabet, cut by its pattern before unless another part has done so. */
function byteLevel(part: Part): PreTokenise {
  const prefix = flagOf(part, 'add_prefix_space', true) ? ' ' : '';
  const split = flagOf(part, 'use_regex', true) ? cut(gpt2, 'Isolated') : undefined;
  return (pieces) => {
    const prefixed = pieces.map(({ text, isStart }) => ({ text: text.startsWith(' ') ? text : prefix + text, isStart }));
    return (split?.(prefixed) ?? prefixed).map(({ text, isStart }) => ({ text: toByteCharacters(text), isStart }));
  };
}
