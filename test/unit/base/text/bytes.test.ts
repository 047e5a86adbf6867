import assert from 'node:assert/strict';
import fc from 'fast-check';
import { formatBytes } from '../../../../src/base/text/bytes';

describe('sizes in bytes', () => {
  it('read as three digits and a unit', () => {
    assert.deepEqual([0, 812, 1024, 3500, 105 * 2 ** 20, 3.25 * 2 ** 30].map(formatBytes), ['0 B', '812 B', '1 KiB', '3.42 KiB', '105 MiB', '3.25 GiB']);
  });

  it('never show four digits before the unit grows', () => {
    fc.assert(fc.property(fc.nat({ max: 2 ** 49 }), (bytes) => {
      assert.match(formatBytes(bytes), /^(10[0-2]\d|\d{1,3}(\.\d{1,2})?) ([KMGT]i)?B$/);
    }));
  });
});
