// Which lines of a question set are worth lenses and decorations: all of a short one, those around the visible part of a
// long one, so that 50,000 lines cost what a screen costs.

export interface LineRange { readonly start: number; readonly end: number }

/** Lines up to which a document is taken whole. */
export const shortDocumentLines = 400;
const margin = 100;

/** Ranges of lines from 0, `end` beyond the last; in order, none overlapping. `visible` ends at the last visible line. */
export function linesWorthwhile(lineCount: number, visible: readonly LineRange[]): LineRange[] {
  if (lineCount <= shortDocumentLines) return lineCount === 0 ? [] : [{ start: 0, end: lineCount }];
  const merged: { start: number; end: number }[] = [];
  for (const { start, end } of [...visible].sort((a, b) => a.start - b.start)) {
    const wide = { start: Math.max(0, start - margin), end: Math.min(lineCount, end + 1 + margin) };
    const last = merged.at(-1);
    if (last && wide.start <= last.end) last.end = Math.max(last.end, wide.end);
    else merged.push(wide);
  }
  return merged;
}

/** Whether everything visible lies within what was provided last. */
export function isCovered(visible: readonly LineRange[], provided: readonly LineRange[]): boolean {
  return visible.every(({ start, end }) => provided.some((range) => range.start <= start && end < range.end));
}

export function linesOf(ranges: readonly LineRange[]): number[] {
  return ranges.flatMap(({ start, end }) => Array.from({ length: end - start }, (_, index) => start + index));
}
