// What is in sight as Markdown or CSV: the columns that are shown, the rows that pass the filter. Pure.
import { wilsonInterval } from '../../src/base/math/statistics';
import type { AnswersTexts } from '../../src/protocol/panels/answers';
import { type AnswersTable, shownCell } from './table';
import { cellWords, marks, percent, variantName } from './words';

export interface Excerpt { readonly table: AnswersTable; readonly columns: readonly number[]; readonly rows: Uint32Array; readonly texts: AnswersTexts }

export function toMarkdown({ table, columns, rows, texts }: Excerpt): string {
  const names = columns.map((column) => variantName(table.variants[column]!));
  const summary = columns.map((column, place) => {
    const { n, correct, accuracy, accuracyAnswered, failureRate, agreement } = table.variants[column]!.summary;
    const interval = n === 0 ? '–' : wilsonInterval(correct, n).map(percent).join(' – ');
    return [names[place]!, String(n), percent(accuracy), interval, percent(accuracyAnswered), percent(failureRate), percent(agreement)];
  });
  const body = [...rows].map((row) => [table.rows.ids[row]!, table.rows.golds[row]!, ...columns.map((column) => {
    const cell = shownCell(table, column, row);
    return cell ? `${marks[cell.verdict]} ${cellWords(cell, texts)}` : texts.notAsked;
  })]);
  return [
    markdownTable([texts.variant, texts.questions, texts.accuracy, texts.interval, texts.accuracyAnswered, texts.failureRate, texts.agreement], summary),
    markdownTable([texts.question, texts.goldOption, ...names], body),
  ].join('\n\n') + '\n';
}

/** A row a question; a letter, its verdict, votes and samples for each variant. */
export function toCsv({ table, columns, rows }: Excerpt): string {
  const head = ['question', 'gold', ...columns.flatMap((column) => {
    const name = variantName(table.variants[column]!);
    return [`${name} letter`, `${name} verdict`, `${name} votes`, `${name} samples`];
  })];
  const body = [...rows].map((row) => [table.rows.ids[row]!, table.rows.golds[row]!, ...columns.flatMap((column) => {
    const cell = shownCell(table, column, row);
    return cell ? [cell.letter ?? '', cell.verdict, String(cell.votes), String(cell.samples)] : ['', '', '', ''];
  })]);
  return [head, ...body].map((line) => line.map(csvField).join(',')).join('\r\n') + '\r\n';
}

function markdownTable(head: readonly string[], body: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(markdownText).join(' | ')} |`;
  return [line(head), `|${' --- |'.repeat(head.length)}`, ...body.map(line)].join('\n');
}

/** Names of models and questions are text: nothing in them is Markdown or HTML. */
function markdownText(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/[\\`*_[\]<>|~#!&]/g, '\\$&');
}

/** Quoted by RFC 4180. What a spreadsheet would run as a formula is made text by an apostrophe. */
function csvField(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
