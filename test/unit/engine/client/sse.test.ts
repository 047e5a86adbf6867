import assert from 'node:assert/strict';
import fc from 'fast-check';
import { readEvents } from '../../../../src/engine/client/sse';

async function* cut(bytes: Uint8Array, places: readonly number[]): AsyncGenerator<Uint8Array> {
  const ends = [...new Set(places.map((place) => place % (bytes.length + 1)))].sort((a, b) => a - b);
  let start = 0;
  for (const end of [...ends, bytes.length]) {
    await Promise.resolve();
    yield bytes.subarray(start, end);
    start = end;
  }
}

async function collect(chunks: AsyncIterable<Uint8Array>): Promise<{ events: string[]; done: boolean }> {
  const reader = readEvents(chunks);
  const events: string[] = [];
  for (;;) {
    const next = await reader.next();
    if (next.done) return { events, done: next.value };
    events.push(next.value);
  }
}

describe('readEvents', () => {
  it('gives the same events wherever the bytes are cut', async () => {
    const texts = fc.array(fc.string({ unit: fc.constantFrom('a', 'é', '漢', '😀', ' ', ':', '"', '\\') }), { maxLength: 5 });
    await fc.assert(fc.asyncProperty(texts, fc.constantFrom('\n', '\r\n'), fc.array(fc.nat(400)), fc.boolean(), async (list, newline, places, done) => {
      const lines = list.map((text) => `data: ${JSON.stringify(text)}${newline}${newline}`).join(`: comment${newline}`) + (done ? `data: [DONE]${newline}${newline}` : '');
      const { events, done: ended } = await collect(cut(new TextEncoder().encode(lines), places));
      assert.deepEqual(events.map((event) => JSON.parse(event) as string), list);
      assert.equal(ended, done);
    }));
  });
  it('reads nothing after [DONE] and drops an event without its blank line', async () => {
    assert.deepEqual(await collect(cut(new TextEncoder().encode('data: 1\n\ndata: [DONE]\n\ndata: 2\n\n'), [])), { events: ['1'], done: true });
    assert.deepEqual(await collect(cut(new TextEncoder().encode('data: 1\n\ndata: 2\n'), [])), { events: ['1'], done: false });
  });
});
