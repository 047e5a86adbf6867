// What becomes of each JATS element: text, structure, or a part that is left out of the text and counted.

/** Left out with everything inside, counted by kind. */
export const leftOutElements: Readonly<Record<string, string>> = {
  'table-wrap': 'tables', 'fig': 'figures', 'disp-formula': 'formulas', 'inline-formula': 'formulas', 'chem-struct-wrap': 'formulas',
  'ref': 'references', 'ack': 'acknowledgements', 'fn': 'footnotes', 'supplementary-material': 'supplements', 'media': 'supplements',
  'app': 'appendices', 'trans-abstract': 'other-abstracts', 'glossary': 'glossaries', 'bio': 'biographies', 'sub-article': 'sub-articles', 'response': 'sub-articles',
};

/** Where an article's text and its parts stand; elsewhere is data about it. */
export const articleTextElements: ReadonlySet<string> = new Set([
  'body', 'abstract', 'trans-abstract', 'back', 'floats-group', 'floats-wrap', 'sub-article', 'response',
]);

/** Their own text is left out; parts inside are counted. */
export const containerElements: ReadonlySet<string> = new Set([
  'back', 'ref-list', 'floats-group', 'floats-wrap', 'fig-group', 'table-wrap-group', 'fn-group', 'app-group', 'notes',
]);

/** Inline elements whose text is no prose. */
export const silentElements: ReadonlySet<string> = new Set([
  'label', 'object-id', 'alternatives', 'graphic', 'inline-graphic', 'tex-math', 'mml:math', 'math', 'sec-meta', 'index-term',
]);

/** Elements that end the paragraph they stand in. */
export const blockElements: ReadonlySet<string> = new Set([
  'p', 'title', 'sec', 'list', 'list-item', 'def-list', 'def-item', 'term', 'def', 'disp-quote', 'boxed-text', 'statement', 'verse-group', 'verse-line', 'speech', 'preformat',
]);

/** Blocks whose text is kept; text elsewhere in the body is white space between elements. A label is kept only of a table or figure. */
export const textElements: ReadonlySet<string> = new Set(['p', 'title', 'term', 'verse-line', 'preformat', 'td', 'th', 'label']);

/** Kinds of abstract that repeat the article for other readers; the one without a kind is the abstract. */
export function isMainAbstract(kind: string | undefined): boolean {
  return kind === undefined || kind === '' || kind === 'structured' || kind === 'abstract';
}
