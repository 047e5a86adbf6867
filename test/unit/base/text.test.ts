import assert from 'node:assert/strict';
import { formatProblem, userError } from '../../../src/base/errors/problem';
import { alignColumns } from '../../../src/base/text/columns';
import { formatDuration } from '../../../src/base/time/duration';

describe('durations', () => {
  it('are said in their two largest units', () => {
    assert.deepEqual([0, 45_400, 60_000, 200_000, 7_500_000].map(formatDuration), ['0 s', '45 s', '1 min 00 s', '3 min 20 s', '2 h 05 min']);
  });
});

describe('columns', () => {
  it('align left, or right where asked, by code points', () => {
    assert.equal(alignColumns([['é', '1'], ['long', '10']], [1]), 'é      1\nlong  10');
  });

  it('leave no space at the end of a line', () => {
    assert.equal(alignColumns([['a', ''], ['b', 'c']]), 'a\nb  c');
  });
});

describe('problems', () => {
  it('are printed as place, key, message, value and next step', () => {
    const text = formatProblem({
      code: 'x', severity: 'error', file: 'a.yaml', line: 3, column: 5, key: 'steps.b', message: 'this is wrong', value: '7', next: 'Mend it.',
    });
    assert.equal(text, 'a.yaml:3:5: steps.b: this is wrong (found 7). Mend it.');
  });

  it('leave out what is not known', () => {
    assert.equal(userError({ code: 'x', message: 'this is wrong' }).message, 'this is wrong');
  });
});
