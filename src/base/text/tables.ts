// One table for other programs: Markdown, LaTeX (booktabs) or comma-separated values.
import { csvRow } from './csv';

export const tableFormats = ['markdown', 'latex', 'csv'] as const;
export type TableFormat = (typeof tableFormats)[number];

export interface TextTable {
  readonly title: string;
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** Ends without a line end. The title is left out of comma-separated values. */
export function formatTable({ title, header, rows }: TextTable, format: TableFormat): string {
  if (format === 'csv') return [header, ...rows].map(csvRow).join('\n');
  if (format === 'markdown') {
    const line = (cells: readonly string[]): string => `| ${cells.map(markdown).join(' | ')} |`;
    return [`**${markdown(title)}**`, '', line(header), line(header.map((_, column) => (column === 0 ? '---' : '---:'))), ...rows.map(line)].join('\n');
  }
  const line = (cells: readonly string[]): string => `  ${cells.map(latex).join(' & ')} \\\\`;
  return [
    '\\begin{table}', '\\centering', `\\caption{${latex(title)}}`, `\\begin{tabular}{l${'r'.repeat(header.length - 1)}}`, '  \\toprule',
    line(header), '  \\midrule', ...rows.map(line), '  \\bottomrule', '\\end{tabular}', '\\end{table}',
  ].join('\n');
}

/** Names come from files: what Markdown or HTML would read as more than text is escaped. */
function markdown(text: string): string {
  return text.replace(/[\\|*_`[\]<>&]/g, '\\$&').replace(/\r?\n/g, ' ');
}

const latexNames: Readonly<Record<string, string>> = { '\\': '\\textbackslash{}', '~': '\\textasciitilde{}', '^': '\\textasciicircum{}', '±': '$\\pm$', '−': '$-$', '…': '\\ldots{}', '→': '$\\rightarrow$', '<': '$<$', '>': '$>$' };

function latex(text: string): string {
  return text.replace(/[\\~^±−…→<>]|[&%$#_{}]/g, (character) => latexNames[character] ?? `\\${character}`).replace(/\r?\n/g, ' ');
}
