// Tab-separated tables with a header line, without quoting: what a reviewer sees is what is read.

export interface TableRow {
  /** Line in the file, from 1. */
  readonly line: number;
  /** Text of a column; a missing or empty one is an error of the shipped data. */
  text(column: string): string;
}

export function parseTable(text: string): TableRow[] {
  const [header = '', ...lines] = text.replace(/\n$/, '').split('\n');
  const columns = header.split('\t');
  return lines.map((content, index) => {
    const cells = content.split('\t');
    const line = index + 2;
    if (cells.length !== columns.length) throw new Error(`Line ${line} has ${cells.length} columns, not ${columns.length}.`);
    return {
      line,
      text: (column) => {
        const cell = cells[columns.indexOf(column)];
        if (cell === undefined || cell === '') throw new Error(`Line ${line} has nothing under ${column}.`);
        return cell;
      },
    };
  });
}
