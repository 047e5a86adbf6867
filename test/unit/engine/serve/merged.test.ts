import assert from 'node:assert/strict';
import { merged } from '../../../../src/engine/serve/merged';

async function* sourceOf(elements: readonly (string | Promise<string>)[]): AsyncGenerator<string, void> {
  for (const element of elements) yield await element;
}

async function collect(stream: AsyncGenerator<string, void>): Promise<string[]> {
  const all: string[] = [];
  for await (const element of stream) all.push(element);
  return all;
}

describe('merged streams', () => {
  it('give each element as soon as it is there, those of one source in order', async () => {
    let late: (element: string) => void = () => undefined;
    const stream = merged([sourceOf([new Promise<string>((resolve) => { late = resolve; }), 'a2']), sourceOf(['b1', 'b2'])]);
    assert.equal((await stream.next()).value, 'b1');
    assert.equal((await stream.next()).value, 'b2');
    late('a1');
    assert.deepEqual(await collect(stream), ['a1', 'a2']);
  });

  it('end with the first error, and without a source at once', async () => {
    await assert.rejects(collect(merged([sourceOf(['a']), sourceOf([Promise.reject(new Error('bad'))])])), /bad/);
    assert.deepEqual(await collect(merged([])), []);
  });
});
