// Gopher's repetition rules (Rae et al. 2021, table A1) as datatrove's GopherRepetitionFilter applies them, in its order.
import type { GopherRepetition } from '../../../documents/mix/filters';
import { type Fault, fault } from './fault';
import { codePoints } from './lengths';
import { NGrams } from './n-grams';

/** The rule that fired, in datatrove's words with hyphens; undefined when the text is kept. A limit of 0 turns its rule off. */
export function repetitionFault(text: string, words: readonly string[], limits: GopherRepetition): Fault | undefined {
  const characters = codePoints(text);
  const exceeds = (rule: string, limit: number, part: number, of: number): Fault | undefined => (limit > 0 && part / of > limit ? fault(rule, part / of, limit) : undefined);
  const paragraphs = text.trim().split(/\n{2,}/);
  const repeatedParagraphs = repeated(paragraphs);
  const lines = text.split(/\n+/);
  const repeatedLines = repeated(lines);
  const ofLines = exceeds('dup-para-frac', limits.dupParaFrac, repeatedParagraphs.elements, paragraphs.length)
    ?? exceeds('dup-para-char-frac', limits.dupParaCharFrac, repeatedParagraphs.characters, characters)
    ?? exceeds('dup-line-frac', limits.dupLineFrac, repeatedLines.elements, lines.length)
    ?? exceeds('dup-line-char-frac', limits.dupLineCharFrac, repeatedLines.characters, characters);
  if (ofLines) return ofLines;
  const grams = new NGrams(words);
  for (const [n, limit] of limits.topNGrams) {
    // datatrove does not look at a limit of 0 here as off; we do, as everywhere.
    const found = words.length >= n ? exceeds(`top-${n}-gram`, limit, charactersOfCommonest(grams, n), characters) : undefined;
    if (found) return found;
  }
  for (const [n, limit] of limits.dupNGrams) {
    const found = exceeds(`duplicated-${n}-n-grams`, limit, charactersOfRepeats(grams, n), characters);
    if (found) return found;
  }
  return undefined;
}

function repeated(elements: readonly string[]): { readonly elements: number; readonly characters: number } {
  const seen = new Set<string>();
  let count = 0;
  let characters = 0;
  for (const element of elements) {
    if (seen.has(element)) {
      count += 1;
      characters += codePoints(element);
    }
    seen.add(element);
  }
  return { elements: count, characters };
}

/** Of the n-gram that occurs most, the first of these: its characters, blanks between words included, times its occurrences. */
function charactersOfCommonest(grams: NGrams, n: number): number {
  const { ids, distinct } = grams.of(n);
  const counts = new Int32Array(distinct);
  const first = new Int32Array(distinct);
  for (let i = ids.length - 1; i >= 0; i--) {
    counts[ids[i]!]! += 1;
    first[ids[i]!] = i;
  }
  let commonest = 0;
  for (let id = 1; id < distinct; id++) if (counts[id]! > counts[commonest]!) commonest = id;
  return (grams.characters(first[commonest]!, n) + n - 1) * counts[commonest]!;
}

/** Characters of n-grams that came before, none counted twice. */
function charactersOfRepeats(grams: NGrams, n: number): number {
  const { ids, distinct } = grams.of(n);
  const seen = new Uint8Array(distinct);
  let characters = 0;
  for (let i = 0; i < ids.length;) {
    if (seen[ids[i]!] === 1) {
      characters += grams.characters(i, n);
      i += n;
    } else {
      seen[ids[i]!] = 1;
      i += 1;
    }
  }
  return characters;
}
