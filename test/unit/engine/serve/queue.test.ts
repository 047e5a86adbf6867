import assert from 'node:assert/strict';
import { HttpError } from '../../../../src/engine/serve/http-error';
import { RequestQueue } from '../../../../src/engine/serve/queue';

/** Work that ends when told. */
function gate(): { readonly work: () => Promise<void>; readonly started: Promise<void>; open(): void } {
  let open = (): void => undefined;
  let start = (): void => undefined;
  const opened = new Promise<void>((resolve) => { open = resolve; });
  const started = new Promise<void>((resolve) => { start = resolve; });
  return { started, open: () => { open(); }, work: () => { start(); return opened; } };
}
const never = new AbortController().signal;

describe('RequestQueue', () => {
  it('does one at a time in the order of arrival, also after a failure', async () => {
    const queue = new RequestQueue({ most: 1, longest: 10 });
    const order: number[] = [];
    const first = gate();
    const all = [queue.run(first.work, never), queue.run(() => { order.push(2); return Promise.reject(new Error('bad')); }, never), queue.run(() => { order.push(3); return Promise.resolve(); }, never)];
    await first.started;
    assert.deepEqual(order, []);
    first.open();
    await all[0];
    await assert.rejects(all[1]!, /bad/);
    await all[2];
    assert.deepEqual(order, [2, 3]);
    assert.equal(queue.length, 0);
  });

  it('refuses when too many wait, and an aborted one gives its place up without being done', async () => {
    const queue = new RequestQueue({ most: 1, longest: 1 });
    const first = gate();
    const running = queue.run(first.work, never);
    const controller = new AbortController();
    let done = false;
    const waiting = queue.run(() => { done = true; return Promise.resolve(); }, controller.signal);
    await assert.rejects(queue.run(() => Promise.resolve(), never), (error) => error instanceof HttpError && error.status === 503);
    controller.abort();
    const next = queue.run(() => Promise.resolve(), never);
    first.open();
    await Promise.all([running, waiting, next]);
    assert.equal(done, false);
    assert.equal(queue.length, 0);
  });
});
