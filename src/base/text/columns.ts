// Plain-text tables for a terminal.

/** Rows aligned in columns, two spaces apart; columns named in `right` (by index) are right-aligned. */
export function alignColumns(rows: readonly (readonly string[])[], right: readonly number[] = []): string {
  const widths: number[] = [];
  for (const row of rows) row.forEach((cell, column) => { widths[column] = Math.max(widths[column] ?? 0, codePoints(cell)); });
  return rows
    .map((row) => row
      .map((cell, column) => {
        const padding = ' '.repeat(widths[column]! - codePoints(cell));
        return right.includes(column) ? padding + cell : cell + padding;
      })
      .join('  ')
      .trimEnd())
    .join('\n');
}

/** Length in code points: a terminal's columns, for the scripts tables are written in here. */
function codePoints(text: string): number {
  return Array.from(text).length;
}
