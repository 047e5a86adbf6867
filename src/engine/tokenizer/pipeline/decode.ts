// Decoders of tokenizer.json: from tokens back to text.
import { characterOfByte } from '../byte-alphabet';
import { countOf, partsOf, textOf, unsupported, type Part } from './json';
import { patternOf } from './pattern';

/** Changes a list of tokens into texts, which are joined in the end. */
export type Decode = (tokens: readonly string[]) => string[];

const kinds: Readonly<Record<string, (part: Part) => Decode>> = {
  Sequence: (part) => {
    const steps = partsOf(part, 'decoders').map(decoder);
    return (tokens) => steps.reduce<string[]>((result, step) => step(result), [...tokens]);
  },
  Replace: (part) => {
    const pattern = patternOf(part);
    const content = textOf(part, 'content');
    return (tokens) => tokens.map((token) => token.replace(pattern, () => content));
  },
  Fuse: () => (tokens) => [tokens.join('')],
  Strip: (part) => {
    const [content, start, stop] = [textOf(part, 'content'), countOf(part, 'start', 0), countOf(part, 'stop', 0)];
    return (tokens) => tokens.map((token) => strip(token, content, start, stop));
  },
  Metaspace: (part) => {
    const mark = textOf(part, 'replacement', '▁');
    const prepends = textOf(part, 'prepend_scheme', 'always') !== 'never';
    return (tokens) => tokens.map((token, index) => token.replaceAll(mark, index === 0 && prepends ? '' : ' '));
  },
  ByteFallback: () => joinBytes,
  ByteLevel: () => (tokens) => [fromByteCharacters(tokens)],
};

export function decoder(part: Part): Decode {
  const make = Object.hasOwn(kinds, part.type) ? kinds[part.type] : undefined;
  if (make === undefined) throw unsupported(part, 'decoder', Object.keys(kinds));
  return make(part);
}

/** Without up to `start` of this character at the start and up to `stop` at the end. */
function strip(token: string, content: string, start: number, stop: number): string {
  const characters = Array.from(token);
  let [first, end] = [0, characters.length];
  while (first < start && characters[first] === content) first += 1;
  while (characters.length - end < stop && end > first && characters[end - 1] === content) end -= 1;
  return characters.slice(first, end).join('');
}

const byteToken = /^<0x([0-9A-Fa-f]{2})>$/;
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const lenient = new TextDecoder('utf-8', { ignoreBOM: true });
const utf8 = new TextEncoder();

/** Bytes in a row as their text; when they are none, each as the replacement character. */
function joinBytes(tokens: readonly string[]): string[] {
  const texts: string[] = [];
  let bytes: number[] = [];
  const flush = (): void => {
    if (bytes.length > 0) texts.push(textOfBytes(Uint8Array.from(bytes)));
    bytes = [];
  };
  for (const token of tokens) {
    const hexadecimal = byteToken.exec(token)?.[1];
    if (hexadecimal !== undefined) bytes.push(Number.parseInt(hexadecimal, 16));
    else {
      flush();
      texts.push(token);
    }
  }
  flush();
  return texts;
}

function textOfBytes(bytes: Uint8Array): string {
  try {
    return strict.decode(bytes);
  } catch {
    return '\ufffd'.repeat(bytes.length);
  }
}

const byteOfCharacter = new Map(characterOfByte.map((character, byte) => [character, byte]));

/** A token with a character outside the alphabet was added as it is read. */
function fromByteCharacters(tokens: readonly string[]): string {
  const bytes = tokens.flatMap((token) => {
    const found = Array.from(token, (character) => byteOfCharacter.get(character));
    return found.every((byte) => byte !== undefined) ? found : [...utf8.encode(token)];
  });
  return lenient.decode(Uint8Array.from(bytes));
}
