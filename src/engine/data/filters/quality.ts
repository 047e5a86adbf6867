// Gopher's quality rules (Rae et al. 2021, appendix A.1.1) as datatrove's GopherQualityFilter applies them, in its order.
import type { GopherQuality } from '../../../documents/mix/filters';
import { type Fault, fault } from './fault';
import { codePoints } from './lengths';

/** All of ASCII but letters, digits, tab, line feed and blank, and what datatrove counts beside it. */
const symbols = /^[\x00-\x08\x0b-\x1f!-/:-@[-`{-~\x7f-\x9f—”％１〈、━【「」，】；“《„’∶´．（–？！：～«〉》）。…►»\p{Sentence_Terminal}]+$/u;
/** Where Python's splitlines ends a line. */
const lineEnd = /\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]/u;
const stopWords = ['the', 'be', 'to', 'of', 'and', 'that', 'have', 'with'];

/** The rule that fired, in datatrove's words with hyphens; undefined when the text is kept. A limit of 0 turns its rule off. */
export function qualityFault(text: string, words: readonly string[], limits: GopherQuality): Fault | undefined {
  const real = words.filter((word) => !symbols.test(word));
  if (limits.minDocWords > 0 && real.length < limits.minDocWords) return fault('gopher-short-doc', real.length, limits.minDocWords);
  if (limits.maxDocWords > 0 && real.length > limits.maxDocWords) return fault('gopher-long-doc', real.length, limits.maxDocWords);
  const meanLength = real.reduce((sum, word) => sum + codePoints(word), 0) / real.length;
  if (limits.minAvgWordLength > 0 && meanLength < limits.minAvgWordLength) return fault('gopher-below-avg-threshold', meanLength, limits.minAvgWordLength);
  if (limits.maxAvgWordLength > 0 && meanLength > limits.maxAvgWordLength) return fault('gopher-above-avg-threshold', meanLength, limits.maxAvgWordLength);
  const exceeds = (rule: string, value: number, limit: number): Fault | undefined => (limit > 0 && value > limit ? fault(rule, value, limit) : undefined);
  const perWord = (count: number): number => count / words.length;
  const ofSymbols = exceeds('gopher-too-many-hashes', perWord(occurrences(text, '#')), limits.maxSymbolWordRatio)
    ?? exceeds('gopher-too-many-ellipsis', perWord(occurrences(text, '...') + occurrences(text, '…')), limits.maxSymbolWordRatio);
  if (ofSymbols) return ofSymbols;
  const lines = linesOf(text);
  const ofLines = (test: RegExp): number => lines.filter((line) => test.test(line)).length / lines.length;
  const ofBullets = exceeds('gopher-too-many-bullets', ofLines(/^\s*[•-]/u), limits.maxBulletLinesRatio)
    ?? exceeds('gopher-too-many-end-ellipsis', ofLines(/(?:\.\.\.|…)\s*$/u), limits.maxEllipsisLinesRatio);
  if (ofBullets) return ofBullets;
  // datatrove calls this limit max_non_alpha_words_ratio; it is the least share of words with a letter.
  const alpha = perWord(words.filter((word) => /\p{L}/u.test(word)).length);
  if (limits.maxNonAlphaWordsRatio > 0 && alpha < limits.maxNonAlphaWordsRatio) return fault('gopher-below-alpha-threshold', alpha, limits.maxNonAlphaWordsRatio);
  const all = new Set(words);
  const found = stopWords.filter((word) => all.has(word)).length;
  return limits.minStopWords > 0 && found < limits.minStopWords ? fault('gopher-enough-stop-words', found, limits.minStopWords) : undefined;
}

function linesOf(text: string): string[] {
  const lines = text.split(lineEnd);
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

/** Not overlapping. */
function occurrences(text: string, part: string): number {
  return text.split(part).length - 1;
}
