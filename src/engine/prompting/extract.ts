// Which option an answer chose. No letter or more than one is no answer (as in promptbase), never a guess.
import type { AnswerOption } from '../../documents/cot/render';
import type { CotSettings } from '../../documents/cot/schema';
import type { Extraction } from '../../protocol/answer-record';
import { letterInFile, reorder, type Order } from './orders';

/** Raised whenever any rule below changes; recorded with every answer. */
export const extractorVersion = 2;

export type Extractor = CotSettings['extractor'];

/** Name and version of the rules, as records have it. */
export function extractorName(extractor: Extractor): string {
  return `${extractor}@${extractorVersion}`;
}

/** What stands before the last `Answer:` without the sentence it ends; the whole text when there is none. */
export function reasoningOf(text: string): string {
  const last = [...text.matchAll(marker)].at(-1);
  return (last ? text.slice(0, last.index).replace(/[^.!?\n]*$/, '') : text).trim();
}

/** Of an answer to options in another order: the letter is that of the file again. */
export function extractShown(text: string, options: readonly AnswerOption[], order: Order | undefined, extractor: Extractor): Extraction {
  if (!order) return extractAnswer(text, options, extractor);
  const found = extractAnswer(text, reorder(options, order), extractor);
  return found.letter === undefined ? found : { ...found, letter: letterInFile(found.letter, options, order) };
}

export function extractAnswer(text: string, options: readonly AnswerOption[], extractor: Extractor): Extraction {
  switch (extractor) {
    case 'letter':
      return byLetter(text, options);
    case 'option-text':
      return byOptionText(text, options);
    case 'auto': {
      const letter = byLetter(text, options);
      if (letter.rule === 'ambiguous') return letter;
      const optionText = byOptionText(text, options);
      if (letter.rule === 'none') return optionText;
      const contradicts = optionText.letter !== undefined && optionText.letter !== letter.letter;
      return contradicts ? { letter: undefined, rule: 'ambiguous', taken: letter.taken } : letter;
    }
  }
}

function byLetter(text: string, options: readonly AnswerOption[]): Extraction {
  const line = finalLine(text);
  const letters = options.map((option) => option.letter);
  const labelled = labelAtStart(line.text, letters);
  if (labelled !== undefined) {
    const rest = normalise(labelled.rest);
    const own = normalise(options.find((option) => option.letter === labelled.letter)!.text);
    // Who repeats the options has not chosen one.
    if (!line.marked && labelledLines(text, letters) > 1) return { letter: undefined, rule: 'ambiguous', taken: line.text };
    if (rest === '' || startsWithWords(rest, own)) return { letter: labelled.letter, rule: 'letter', taken: line.text };
    // Without "Answer:" only a line that is a label, or a label with its own option, is an answer.
    if (!line.marked) return { letter: undefined, rule: 'none', taken: line.text };
  }
  if (!line.marked) return { letter: undefined, rule: 'none', taken: line.text };
  const found = new Set(standaloneLetters(line.text, letters));
  if (labelled) found.add(labelled.letter);
  if (found.size > 1 || (found.size === 1 && /\b(?:not|except|neither)\b/i.test(line.text))) {
    return { letter: undefined, rule: 'ambiguous', taken: line.text };
  }
  const [letter] = found;
  return { letter, rule: letter === undefined ? 'none' : 'letter', taken: line.text };
}

interface FinalLine { readonly text: string; readonly marked: boolean }

/** `Answer:` anywhere, or `answer is` when an option letter follows at once; Markdown emphasis is looked through. */
const marker = /\banswer(?:[\s*_]*:|[\s*_]+is(?:[\s*_]*:|(?=[\s*_]+(?:option[\s*_]+)?[([{]?[A-Z](?![A-Za-z]))))[\s*_]*/gi;

/** The first non-empty line after the last marker; without a marker, the first non-empty line of the text. */
function finalLine(text: string): FinalLine {
  const last = [...text.matchAll(marker)].at(-1);
  const tail = last ? text.slice(last.index + last[0].length) : text;
  const line = tail.split('\n').map((one) => one.trim()).find((one) => one !== '') ?? '';
  return { text: line, marked: last !== undefined };
}

/** `B`, `(B)`, `**B.** rest`, `option B: rest`; a small letter only where nothing follows but punctuation. */
function labelAtStart(line: string, letters: readonly string[]): { readonly letter: string; readonly rest: string } | undefined {
  const match = /^[\s*_"'`]*(?:(?:option|choice)\s+)?(?:\\boxed\{|[([{])?([A-Za-z])(?:[)\]}]|[\s*_"'`]*(?=[.):,;–—-]|$))/i.exec(line);
  if (!match) return undefined;
  const letter = match[1]!.toUpperCase();
  if (!letters.includes(letter)) return undefined;
  const rest = line.slice(match[0].length).replace(/^[\s*_"'`.):,;\]}–—-]+/, '');
  return match[1] !== letter && rest !== '' ? undefined : { letter, rest };
}

/** Different letters that lines of the text start with as labels. */
function labelledLines(text: string, letters: readonly string[]): number {
  return new Set(text.split('\n').flatMap((line) => labelAtStart(line, letters)?.letter ?? [])).size;
}

/** Capital option letters that stand alone; `A patient …` and `I think …` are words, not letters. */
function standaloneLetters(line: string, letters: readonly string[]): string[] {
  return [...line.matchAll(/(?<![\p{L}\p{N}'’-])\p{Lu}(?![\p{L}\p{N}'’-])/gu)]
    .filter((match) => letters.includes(match[0]))
    .filter((match) => !(/^[AI]$/.test(match[0]) && /^ \p{Ll}/u.test(line.slice(match.index + 1)) && !/^ (?:is|or|and|because|since)\b/.test(line.slice(match.index + 1))))
    .map((match) => match[0]);
}

/** The one option whose text stands in the final line (or the whole text); an option inside a longer one does not count. */
function byOptionText(text: string, options: readonly AnswerOption[]): Extraction {
  const line = finalLine(text);
  const where = line.marked ? line.text : text.trim();
  const haystack = ` ${normalise(where)} `;
  const matches = options.flatMap((option) => {
    const needle = normalise(option.text);
    return needle === '' ? [] : places(haystack, ` ${needle} `).filter((start) => !/ (?:not|except)$/.test(haystack.slice(0, start))).map((start) => ({ letter: option.letter, start, end: start + needle.length + 1 }));
  });
  const outermost = matches.filter((one) => !matches.some((other) =>
    other !== one && other.start <= one.start && other.end >= one.end && other.end - other.start > one.end - one.start));
  const letters = new Set(outermost.map((one) => one.letter));
  const [letter] = letters;
  if (letter === undefined) return { letter: undefined, rule: 'none', taken: where };
  return letters.size > 1 ? { letter: undefined, rule: 'ambiguous', taken: where } : { letter, rule: 'option-text', taken: where };
}

function places(haystack: string, needle: string): number[] {
  const found: number[] = [];
  for (let at = haystack.indexOf(needle); at >= 0; at = haystack.indexOf(needle, at + 1)) found.push(at);
  return found;
}

/** Small letters, one space between words, punctuation between words as a space; keeps what is inside numbers (0.5). */
function normalise(text: string): string {
  return text.normalize('NFKC').toLowerCase().replace(/(?<!\d)[.,]|[.,](?!\d)|[^\p{L}\p{N}\s.,%+]/gu, ' ').replace(/\s+/g, ' ').trim();
}

function startsWithWords(text: string, start: string): boolean {
  return start !== '' && `${text} `.startsWith(`${start} `);
}
