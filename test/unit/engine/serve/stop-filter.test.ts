import assert from 'node:assert/strict';
import fc from 'fast-check';
import { StopFilter } from '../../../../src/engine/serve/stop-filter';

/** What goes out, part by part, for these tokens. */
function run(tokens: readonly string[], stops: readonly string[]): { parts: string[]; stopped: boolean; released: number } {
  const filter = new StopFilter<{ text: string }>(stops);
  const parts: string[] = [];
  let released = 0;
  for (const text of tokens) {
    const step = filter.push({ text });
    parts.push(step.released.map((one) => one.text).join(''));
    released += step.released.length;
    if (step.stopped) return { parts, stopped: true, released };
  }
  const rest = filter.flush();
  parts.push(rest.map((one) => one.text).join(''));
  return { parts, stopped: false, released: released + rest.length };
}

describe('StopFilter', () => {
  it('holds back what may be the start of a stop string, and nothing else', () => {
    assert.deepEqual(run(['Ans', 'wer\n', 'Ques', 'tion'], ['\nQuestion:']).parts, ['Ans', '', '', '', 'wer\nQuestion']);
    assert.deepEqual(run(['Ans', 'wer\n', 'Ques', 'tion: x'], ['\nQuestion:']), { parts: ['Ans', '', '', 'wer'], stopped: true, released: 2 });
    assert.deepEqual(run(['a', 'b', 'c'], []).parts, ['a', 'b', 'c', '']);
  });

  it('cuts before the first stop string and loses or adds nothing otherwise, however the text is cut into tokens', () => {
    const tokens = fc.array(fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 4 }), { maxLength: 12 });
    const stops = fc.array(fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: 1, maxLength: 4 }), { maxLength: 3 });
    fc.assert(fc.property(tokens, stops, (list, stopList) => {
      const { parts, stopped } = run(list, stopList);
      const text = list.join('');
      // The end of the first stop string to be complete decides when; of those complete then, the earliest start where.
      const ends = Array.from({ length: text.length + 1 }, (_, end) => end).filter((end) => stopList.some((stop) => text.slice(0, end).endsWith(stop)));
      assert.equal(stopped, ends.length > 0);
      if (!stopped) assert.equal(parts.join(''), text);
      else {
        assert.ok(text.startsWith(parts.join('')));
        assert.ok(stopList.every((stop) => !parts.join('').includes(stop)));
        assert.ok(stopList.some((stop) => text.startsWith(parts.join('') + stop)));
      }
    }));
  });
});
