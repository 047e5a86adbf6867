// Cells on their way through one block, keys in the grid, what is kept, and exports that nothing runs.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { AnswersVariant } from '../../../../src/protocol/panels/answers';
import { cellAt, packCells } from '../../../../src/protocol/panels/answers-block';
import { toCsv, toMarkdown } from '../../../../webview/answers/export';
import { moved } from '../../../../webview/answers/keys';
import { firstSettings, settingsFrom, shownVariants } from '../../../../webview/answers/settings';
import { paired, visibleRows } from '../../../../webview/answers/table';
import { madeUpAnswers, texts } from '../../../webview/answers-snapshot';

describe('cells of the answers panel', () => {
  it('come out of the block as they went in', () => {
    const cell = fc.option(fc.record({ letter: fc.option(fc.constantFrom('A', 'D', 'Z'), { nil: undefined }), votes: fc.nat(500), samples: fc.integer({ min: 1, max: 500 }) }, { noNullPrototype: true }), { nil: undefined });
    fc.assert(fc.property(fc.nat(3), fc.nat(5), fc.array(cell, { minLength: 20, maxLength: 20 }), (variants, rows, cells) => {
      const block = packCells(variants, rows, (variant, row) => cells[variant * rows + row]);
      for (let variant = 0; variant < variants; variant += 1) {
        for (let row = 0; row < rows; row += 1) assert.deepEqual(cellAt(block, rows, variant, row), cells[variant * rows + row]);
      }
    }));
  });
});

describe('rows of the answers panel', () => {
  const table = madeUpAnswers(8, [
    { model: 'a', strategy: 'direct', letters: (row) => ['ABCDABCX'[row]!] },
    { model: 'b', strategy: 'direct', letters: (row) => (row === 0 ? undefined : [row === 1 ? undefined : 'ABXDABCD'[row]]) },
  ]);
  const rows = (change: object, columns = [0, 1]): number[] => [...visibleRows(table, columns, { ...firstSettings, ...change })];
  it('are filtered over the shown columns', () => {
    assert.deepEqual(rows({}), [0, 1, 2, 3, 4, 5, 6, 7]);
    assert.deepEqual(rows({}, [1]), [1, 2, 3, 4, 5, 6, 7]);
    assert.deepEqual(rows({ filter: 'disagree' }), [1, 2, 7]);
    assert.deepEqual(rows({ filter: 'wrongInAll' }, [1]), [1, 2]);
    assert.deepEqual(rows({ filter: 'noAnswer' }), [1]);
    assert.deepEqual(rows({ filter: 'fixed', from: 'v0', to: 'v1' }), [7]);
    assert.deepEqual(rows({ filter: 'broken', from: 'v0', to: 'v1' }), [1, 2]);
    assert.deepEqual(rows({ filter: 'broken', from: 'v0' }), []);
  });
  it('are ordered by a column, not asked last, equal ones as in the file', () => {
    assert.deepEqual(rows({ sort: { variant: 'v1', first: 'wrong' } }), [2, 1, 3, 4, 5, 6, 7, 0]);
    assert.deepEqual(rows({ sort: { variant: 'v1', first: 'right' } }), [3, 4, 5, 6, 7, 2, 1, 0]);
    assert.deepEqual(rows({ sort: { variant: 'gone', first: 'right' } })[0], 0);
  });
  it('are compared over those both were asked: exact McNemar', () => {
    assert.deepEqual(paired(table, [0, 1]), { fixed: 1, broken: 2, pValue: 1 });
  });
  it('leave as CSV and Markdown with nothing to be run or rendered', () => {
    const sly = madeUpAnswers(1, [{ model: '=HYPERLINK("x")|<b>*', strategy: 'direct', letters: () => ['A'] }]);
    const excerpt = { table: sly, columns: [0], rows: Uint32Array.of(0), texts };
    assert.equal(toCsv(excerpt).split('\r\n')[0], 'question,gold,"\'=HYPERLINK(""x"")|<b>* · direct · tested letter","\'=HYPERLINK(""x"")|<b>* · direct · tested verdict","\'=HYPERLINK(""x"")|<b>* · direct · tested votes","\'=HYPERLINK(""x"")|<b>* · direct · tested samples"');
    assert.ok(toMarkdown(excerpt).includes('=HYPERLINK("x")\\|\\<b\\>\\*'));
  });
});

describe('keys in the grid', () => {
  const size = { rows: 100, columns: 3, rowsInSight: 10 };
  it('never leave it', () => {
    const key = fc.constantFrom('ArrowDown', 'ArrowUp', 'ArrowLeft', 'ArrowRight', 'PageDown', 'PageUp', 'Home', 'End');
    fc.assert(fc.property(fc.array(fc.tuple(key, fc.boolean()), { maxLength: 40 }), (presses) => {
      let place = { row: 50, column: 1 };
      for (const [one, ctrl] of presses) place = moved(one, ctrl, place, size)!;
      assert.ok(place.row >= 0 && place.row < 100 && place.column >= 0 && place.column < 3);
    }));
  });
  it('mean nothing in an empty grid, and other keys nothing at all', () => {
    assert.equal(moved('ArrowDown', false, { row: 0, column: 0 }, { ...size, rows: 0 }), undefined);
    assert.equal(moved('a', false, { row: 0, column: 0 }, size), undefined);
    assert.deepEqual(moved('End', true, { row: 0, column: 0 }, size), { row: 99, column: 2 });
  });
});

describe('what the panel keeps', () => {
  it('is taken as far as it makes sense', () => {
    for (const nothing of [undefined, null, 'x', 3, { filter: 'eval', scrollTop: -4, shown: 'all', sort: { variant: 1 }, selected: {} }]) assert.deepEqual(settingsFrom(nothing), firstSettings);
    const kept = { filter: 'fixed', from: 'a', to: 'b', sort: { variant: 'a', first: 'right' }, shown: ['a'], shownFor: 'x.cot', scrollTop: 12, selected: { row: 'q', variant: 'a' } };
    assert.deepEqual(settingsFrom(JSON.parse(JSON.stringify(kept))), kept);
  });
  it('shows what the panel was opened for, until the user chooses', () => {
    const { variants } = madeUpAnswers(1, Array.from({ length: 12 }, (_, place) => ({ model: 'm', strategy: 'direct' as const, cot: place === 3 ? 'mine.cot' : 'other.cot', letters: () => ['A'] })));
    const ids = (scope: { focus?: string }, settings = firstSettings): string[] => shownVariants(variants, { questions: 'q', ...scope }, settings).map(({ id }: AnswersVariant) => id);
    assert.equal(ids({}).length, 8);
    assert.deepEqual(ids({ focus: 'mine.cot' }), ['v3']);
    assert.deepEqual(ids({ focus: 'job-5' }), ['v5']);
    assert.equal(ids({ focus: 'gone' }).length, 8);
    assert.deepEqual(ids({ focus: 'mine.cot' }, { ...firstSettings, shown: ['v1', 'v0'], shownFor: 'mine.cot' }), ['v0', 'v1']);
    assert.deepEqual(ids({ focus: 'mine.cot' }, { ...firstSettings, shown: ['v1'], shownFor: 'other.cot' }), ['v3']);
  });
});
