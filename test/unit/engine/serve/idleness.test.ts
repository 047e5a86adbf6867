import assert from 'node:assert/strict';
import { Idleness } from '../../../../src/engine/serve/idleness';

describe('Idleness', () => {
  it('lasts as long as nothing is under way', async () => {
    await new Idleness().lasting(1, new AbortController().signal);
  });

  it('begins when the last of several requests has ended, however often an end is told', async () => {
    const idleness = new Idleness();
    const [first, second] = [idleness.begin(), idleness.begin()];
    let over = false;
    const waiting = idleness.lasting(0, new AbortController().signal).then(() => { over = true; });
    first();
    first();
    // Timers end in the order of their lengths.
    await new Idleness().lasting(5, new AbortController().signal);
    assert.equal(over, false);
    second();
    await waiting;
  });

  it('is waited for no longer than asked', async () => {
    const idleness = new Idleness();
    idleness.begin();
    const abort = new AbortController();
    const waiting = idleness.lasting(0, abort.signal);
    abort.abort();
    await waiting;
    await idleness.lasting(0, abort.signal);
  });
});
