// Normalisers of tokenizer.json: what is done to a text before it is cut.
import { toByteCharacters } from '../byte-alphabet';
import { flagOf, partsOf, textOf, unsupported, type Part } from './json';
import { patternOf } from './pattern';

export type Normalise = (text: string) => string;

const kinds: Readonly<Record<string, (part: Part) => Normalise>> = {
  Sequence: (part) => {
    const steps = partsOf(part, 'normalizers').map(normaliser);
    return (text) => steps.reduce((result, step) => step(result), text);
  },
  Prepend: (part) => {
    const prefix = textOf(part, 'prepend');
    return (text) => (text === '' ? text : prefix + text);
  },
  Replace: (part) => {
    const pattern = patternOf(part);
    const content = textOf(part, 'content');
    return (text) => text.replace(pattern, () => content);
  },
  Strip: (part) => {
    const [left, right] = [flagOf(part, 'strip_left', true), flagOf(part, 'strip_right', true)];
    return (text) => {
      const rest = left ? text.replace(/^\p{White_Space}+/u, '') : text;
      return right ? trimEnd(rest) : rest;
    };
  },
  // Each character by itself: the Rust library knows no final sigma.
  Lowercase: () => (text) => Array.from(text, (character) => character.toLowerCase()).join(''),
  StripAccents: () => (text) => text.replace(/\p{M}/gu, ''),
  ByteLevel: () => toByteCharacters,
  NFC: () => (text) => text.normalize('NFC'),
  NFD: () => (text) => text.normalize('NFD'),
  NFKC: () => (text) => text.normalize('NFKC'),
  NFKD: () => (text) => text.normalize('NFKD'),
};

export function normaliser(part: Part): Normalise {
  const make = Object.hasOwn(kinds, part.type) ? kinds[part.type] : undefined;
  if (make === undefined) throw unsupported(part, 'normaliser', Object.keys(kinds));
  return make(part);
}

const space = /^\p{White_Space}$/u;

/** Without the white space at its end; an expression would try again at every space of the text. */
export function trimEnd(text: string): string {
  let end = text.length;
  while (end > 0 && space.test(text[end - 1]!)) end -= 1;
  return text.slice(0, end);
}
