// Stop texts wherever a stream is cut.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { untilStop } from '../../../../../src/host/models/bridge/stop';

async function* parts(list: readonly string[]): AsyncGenerator<string> {
  for (const one of list) yield await Promise.resolve(one);
}
async function textOf(list: readonly string[], stops: readonly string[]): Promise<string> {
  let text = '';
  for await (const part of untilStop(parts(list), stops)) text += part;
  return text;
}

describe('stop texts of streamed answers', () => {
  it('end the answer before the first of them, however it is cut', async () => {
    const letters = fc.array(fc.constantFrom('a', 'b', 'ab', 'ba', '\n'), { maxLength: 12 });
    await fc.assert(fc.asyncProperty(letters, fc.array(fc.constantFrom('ab', 'bb', 'aba', '\n'), { maxLength: 2 }), async (list, stops) => {
      const whole = list.join('');
      const ends = stops.map((stop) => whole.indexOf(stop)).filter((at) => at >= 0);
      assert.equal(await textOf(list, stops), ends.length === 0 ? whole : whole.slice(0, Math.min(...ends)));
    }));
  });
  it('ask the model for no more', async () => {
    const asked: string[] = [];
    async function* endless(): AsyncGenerator<string> {
      for (;;) {
        asked.push('.');
        yield await Promise.resolve(asked.length === 3 ? 'STOP' : 'x');
      }
    }
    for await (const part of untilStop(endless(), ['STOP'])) assert.match(part, /^x+$/);
    assert.equal(asked.length, 3);
  });
});
