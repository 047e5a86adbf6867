import assert from 'node:assert/strict';
import fc from 'fast-check';
import { CsvError, csvRow, parseCsv } from '../../../../src/base/text/csv';

describe('comma-separated values', () => {
  it('reads what it writes, whatever stands in a field', () => {
    const text = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r', ' ', 'é') });
    const row = fc.array(text, { minLength: 2, maxLength: 4 });
    fc.assert(fc.property(fc.array(row, { minLength: 1, maxLength: 4 }), (rows) => {
      assert.deepEqual(parseCsv(`${rows.map(csvRow).join('\r\n')}\r\n`).map(({ fields }) => fields), rows);
    }));
  });

  it('knows the line of each row, passes over empty lines, and needs no line end', () => {
    assert.deepEqual(parseCsv('a,"b\nc"\n\nd,'), [{ line: 1, fields: ['a', 'b\nc'] }, { line: 4, fields: ['d', ''] }]);
    assert.deepEqual(parseCsv(''), []);
  });

  it('names the line of quotes that are not closed or stand inside', () => {
    for (const text of ['a,b\nc,"d', 'a,b\nc,d"e']) assert.throws(() => parseCsv(text), (error) => error instanceof CsvError && error.line === 2);
  });
});
