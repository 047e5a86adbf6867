// The first item of a benchmark that a document holds, and where its words stand. An item of an evaluation split counts before
// one of a training split, which is no leak.
import { visitRuns } from '../near/shingles';
import type { SourceDocument } from '../read/document';
import { wholeText } from '../build/normalise';
import { type BenchmarkTable, ownerOf } from './table';

/** A question found in a document. No text: a report may leave the machine. */
export interface Hit {
  /** Of the table's `items`. */
  readonly item: number;
  readonly by: 'words' | 'pmid';
  readonly nGram?: number;
  /** UTF-16 units of the document's whole text. */
  readonly start?: number;
  readonly end?: number;
}

export function findItem(document: SourceDocument, table: BenchmarkTable): Hit | undefined {
  const pmid = document.attribute('pmid');
  const byId = pmid === undefined ? undefined : table.pmids.get(pmid);
  if (byId !== undefined && isEvaluation(table, byId)) return { item: byId, by: 'pmid' };
  const text = wholeText(document);
  let found: { readonly item: number; readonly start: number; readonly length: number } | undefined;
  visitRuns(text, table.lengths, (hash, start, length) => {
    const item = ownerOf(table, hash);
    if (item < 0 || (found && !isEvaluation(table, item))) return false;
    found = { item, start, length };
    return isEvaluation(table, item);
  });
  if (found) return { item: found.item, by: 'words', nGram: found.length, ...placeOfWords(text, found.start, found.length) };
  return byId === undefined ? undefined : { item: byId, by: 'pmid' };
}

export function isEvaluation({ items, files }: BenchmarkTable, item: number): boolean {
  return files[items[item]!.file]!.split === 'evaluation';
}

function placeOfWords(text: string, first: number, count: number): Pick<Hit, 'start' | 'end'> {
  let word = 0;
  let start: number | undefined;
  for (const match of text.matchAll(/[\p{L}\p{N}\p{M}\u{10000}-\u{10ffff}]+/gu)) {
    if (word === first) start = match.index;
    if (word === first + count - 1 && start !== undefined) return { start, end: match.index + match[0].length };
    word += 1;
  }
  return {};
}
