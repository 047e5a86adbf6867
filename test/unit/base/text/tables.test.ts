import assert from 'node:assert/strict';
import { parseCsv } from '../../../../src/base/text/csv';
import { formatTable } from '../../../../src/base/text/tables';

const table = { title: 'facts_text, %', header: ['run', 'acc'], rows: [['a|b <i>', '+3.2 ± 1.0'], ['50 % & more', '−1.5 … "2"']] };

describe('tables for other programs', () => {
  it('escape what Markdown would read as more than text', () => {
    assert.equal(formatTable(table, 'markdown'), [
      '**facts\\_text, %**', '', '| run | acc |', '| --- | ---: |', '| a\\|b \\<i\\> | +3.2 ± 1.0 |', '| 50 % \\& more | −1.5 … "2" |',
    ].join('\n'));
  });

  it('escape what LaTeX would', () => {
    const text = formatTable(table, 'latex');
    assert.match(text, /\\caption\{facts\\_text, \\%\}/);
    assert.match(text, /\\begin\{tabular\}\{lr\}/);
    assert.ok(text.includes('  a|b $<$i$>$ & +3.2 $\\pm$ 1.0 \\\\\n  50 \\% \\& more & $-$1.5 \\ldots{} "2" \\\\'));
  });

  it('are read back from comma-separated values', () => {
    assert.deepEqual(parseCsv(formatTable(table, 'csv')).map(({ fields }) => fields), [table.header, ...table.rows]);
  });
});
