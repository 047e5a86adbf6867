// Letters inside a rationale, when the options it speaks of come in another order. A letter is given anew only where it
// cannot be anything but a label; a rationale with one that could be a word, as in `vitamin C` or `A patient`, has none.

/** `(B)`, `[B]`, `option B`, `answer is B`, `Answer: B`, and `B.` or `B)` or `B:` at the start of a line. */
const labels = [
  /(?<=[([])([A-Z])(?=[)\]])/g,
  /(?<=\b(?:[Oo]ptions?|[Cc]hoices?|[Aa]nswers?|[Ll]etter)(?: is)?:? )([A-Z])(?![\p{L}\p{N}'’-])(?! \p{Ll})/gu,
  /(?<=\b(?:[Oo]ption|[Cc]hoice) )([A-Z])(?![\p{L}\p{N}'’-])/gu,
  /(?<=^[ \t*_-]*)([A-Z])(?=[.):] )/gm,
];
/** Any capital that stands alone. */
const alone = /(?<![\p{L}\p{N}])([A-Z])(?![\p{L}\p{N}])/gu;

/**
 * The text with each label exchanged by `newLetterOf`; undefined when a letter of an option stands in it that may be
 * something else.
 */
export function relabel(text: string, letters: readonly string[], newLetterOf: (letter: string) => string): string | undefined {
  const known = new Set<number>();
  for (const expression of labels) for (const match of text.matchAll(expression)) known.add(match.index);
  const places = [...text.matchAll(alone)].filter((match) => letters.includes(match[1]!)).map((match) => match.index);
  if (places.some((place) => !known.has(place))) return undefined;
  const meant = new Set(places);
  // Places count in UTF-16 units, as split does.
  return text.split('').map((unit, place) => (meant.has(place) ? newLetterOf(unit) : unit)).join('');
}
