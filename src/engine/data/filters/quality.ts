// Gopher's quality rules (Rae et al. 2021, appendix A.1.1) as datatrove's GopherQualityFilter applies them, in its order.
import type { GopherQuality } from '../../../documents/mix/filters';
import { codePoints } from './lengths';

/** All of ASCII but letters, digits, tab, line feed and blank, and what datatrove counts beside it. */
const symbols = /^[\x00-\x08\x0b-\x1f!-/:-@[-`{-~\x7f-\x9f—”％１〈、━【「」，】；“《„’∶´．（–？！：～«〉》）。…►»\p{Sentence_Terminal}]+$/u;
/** Where Python's splitlines ends a line. */
const lineEnd = /\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]/u;
const stopWords = ['the', 'be', 'to', 'of', 'and', 'that', 'have', 'with'];

/** The rule that fired, in datatrove's words with hyphens; undefined when the text is kept. A limit of 0 turns its rule off. */
export function qualityFault(text: string, words: readonly string[], limits: GopherQuality): string | undefined {
  const real = words.filter((word) => !symbols.test(word));
  if (limits.minDocWords > 0 && real.length < limits.minDocWords) return 'gopher-short-doc';
  if (limits.maxDocWords > 0 && real.length > limits.maxDocWords) return 'gopher-long-doc';
  const meanLength = real.reduce((sum, word) => sum + codePoints(word), 0) / real.length;
  if (limits.minAvgWordLength > 0 && meanLength < limits.minAvgWordLength) return 'gopher-below-avg-threshold';
  if (limits.maxAvgWordLength > 0 && meanLength > limits.maxAvgWordLength) return 'gopher-above-avg-threshold';
  const perWord = (count: number): number => count / words.length;
  if (limits.maxSymbolWordRatio > 0) {
    if (perWord(occurrences(text, '#')) > limits.maxSymbolWordRatio) return 'gopher-too-many-hashes';
    if (perWord(occurrences(text, '...') + occurrences(text, '…')) > limits.maxSymbolWordRatio) return 'gopher-too-many-ellipsis';
  }
  const lines = linesOf(text);
  const ofLines = (test: RegExp): number => lines.filter((line) => test.test(line)).length / lines.length;
  if (limits.maxBulletLinesRatio > 0 && ofLines(/^\s*[•-]/u) > limits.maxBulletLinesRatio) return 'gopher-too-many-bullets';
  if (limits.maxEllipsisLinesRatio > 0 && ofLines(/(?:\.\.\.|…)\s*$/u) > limits.maxEllipsisLinesRatio) return 'gopher-too-many-end-ellipsis';
  // datatrove calls this limit max_non_alpha_words_ratio; it is the least share of words with a letter.
  if (limits.maxNonAlphaWordsRatio > 0 && perWord(words.filter((word) => /\p{L}/u.test(word)).length) < limits.maxNonAlphaWordsRatio) return 'gopher-below-alpha-threshold';
  const all = new Set(words);
  return limits.minStopWords > 0 && stopWords.filter((word) => all.has(word)).length < limits.minStopWords ? 'gopher-enough-stop-words' : undefined;
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
