// preclinical compare: two evaluations over the questions both were asked, several below each other, or two methods over
// the evaluations of their seeds.
import type { Command } from 'commander';
import { userError } from '../../../base/errors/problem';
import { alignColumns } from '../../../base/text/columns';
import { formatTable, tableFormats, type TableFormat, type TextTable } from '../../../base/text/tables';
import { compareResults } from '../../../runs/scored/compare';
import { compareMethods } from '../../../runs/scored/methods';
import { ladderTable } from '../compare/ladder';
import { methodsTable } from '../compare/methods';
import { listEvaluations, openEvaluation, type OpenedEvaluation } from '../compare/open';
import { describePair, itemRows, itemTable, itemText, pairNumbers, pairTable } from '../compare/pair';
import { rootOf, tableFormat } from '../context';

interface CompareOptions { items?: boolean; pairedSeeds?: boolean; format?: TableFormat; json?: boolean }

export function addCompare(program: Command): void {
  program.command('compare')
    .description('compare evaluations question by question: paired difference, bootstrap interval, exact McNemar test; three or more as a ladder; A1,A2 B1,B2 as two methods over their seeds')
    .argument('<evaluations...>', 'ids of evaluations or unique parts of them; those of one method with commas between')
    .option('--items', 'of two: list the questions that were fixed, broken, or are wrong in both')
    .option('--paired-seeds', 'of two methods: the k-th of one shares its seed with the k-th of the other')
    .option('--format <format>', `a table for other programs: ${tableFormats.join(', ')}`, tableFormat)
    .option('--json', 'print as JSON')
    .action(async (names: string[], options: CompareOptions, command: Command) => {
      const root = rootOf(command);
      const evaluations = await listEvaluations(root);
      const sides = await Promise.all(names.map((name) => Promise.all(name.split(',').filter((id) => id !== '').map((id) => openEvaluation(evaluations, id)))));
      const [first, second, ...others] = sides;
      if (!first?.[0] || !second?.[0]) throw userError({ code: 'compare-one', message: 'a comparison needs two evaluations', next: '`preclinical runs` lists them.' });
      if (sides.every((side) => side.length === 1) && others.length > 0) { show(await ladderTable(root, sides.flat()), options); return; }
      if (others.length > 0) throw userError({ code: 'compare-methods', message: 'two methods are compared at a time', next: 'Name two, each by its seeds with commas between.' });
      if (first.length + second.length > 2) { compareSeeds(first, second, options); return; }
      comparePair(first[0], second[0], options);
    });
}

function comparePair(first: OpenedEvaluation, second: OpenedEvaluation, { items: listed = false, format, json }: CompareOptions): void {
  const comparisons = compareResults(first.results, second.results);
  const items = listed ? itemRows(first.results, second.results, comparisons) : [];
  if (json) console.log(JSON.stringify({ first: first.job.id, second: second.job.id, comparisons, ...(listed ? { items } : {}) }, undefined, 2));
  else if (format) console.log(formatTable(listed ? itemTable(items) : format === 'csv' ? pairNumbers(comparisons) : pairTable(first, second, comparisons), format));
  else console.log([describePair(first, second, comparisons), ...(listed ? ['', itemText(items)] : [])].join('\n'));
}

function compareSeeds(first: readonly OpenedEvaluation[], second: readonly OpenedEvaluation[], options: CompareOptions): void {
  const isPaired = options.pairedSeeds === true;
  if (isPaired && first.length !== second.length) throw userError({ code: 'compare-seeds', key: '--paired-seeds', value: `${first.length} and ${second.length}`, message: 'the methods have different numbers of seeds', next: 'Name as many of each, or leave --paired-seeds out.' });
  const rows = compareMethods(first.map(({ results }) => results), second.map(({ results }) => results), isPaired);
  if (options.json) console.log(JSON.stringify({ first: first.map(({ job }) => job.id), second: second.map(({ job }) => job.id), comparisons: rows }, undefined, 2));
  else show(methodsTable(rows), options, `Seeds and questions are resampled together${isPaired ? ', seeds in pairs' : ''}. With few seeds the interval is too narrow.`);
}

function show(table: TextTable, { format, json }: CompareOptions, note = table.title): void {
  if (json) console.log(JSON.stringify(table.rows.map((row) => Object.fromEntries(table.header.map((name, place) => [name, row[place]]))), undefined, 2));
  else if (format) console.log(formatTable(table, format));
  else console.log([alignColumns([table.header, ...table.rows]), '', note].join('\n'));
}
