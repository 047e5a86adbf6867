import assert from 'node:assert/strict';
import { Stopped } from '../../../../src/base/errors/problem';
import { parseRetryAfter, systemClock, TryFailed, withRetries, type Clock } from '../../../../src/engine/client/retry';

const policy = { retries: 5, firstDelayMs: 100, longestDelayMs: 1000 };

function recordingClock(): Clock & { readonly waits: number[] } {
  const waits: number[] = [];
  return { waits, now: () => 0, wait: (durationMs) => { waits.push(durationMs); return Promise.resolve(); } };
}

describe('withRetries', () => {
  it('doubles the wait up to the longest, a bounded number of times', async () => {
    const clock = recordingClock();
    const reason = new Error('down');
    await assert.rejects(withRetries(() => Promise.reject(new TryFailed(reason, true)), policy, clock, undefined), reason);
    assert.deepEqual(clock.waits, [100, 200, 400, 800, 1000]);
  });
  it('does not try again what cannot pass by itself, nor a bug', async () => {
    const clock = recordingClock();
    await assert.rejects(withRetries(() => Promise.reject(new TryFailed(new Error('no'), false)), policy, clock, undefined), /no/);
    await assert.rejects(withRetries(() => Promise.reject(new TypeError('bug')), policy, clock, undefined), TypeError);
    assert.deepEqual(clock.waits, []);
  });
  it('stops in the middle of a wait when aborted', async () => {
    const controller = new AbortController();
    const clock: Clock = { now: () => 0, wait: (_, signal) => {
      const wait = systemClock.wait(3_600_000, signal);
      controller.abort();
      return wait;
    } };
    await assert.rejects(withRetries(() => Promise.reject(new TryFailed(new Error('down'), true)), policy, clock, controller.signal), Stopped);
  });
});

describe('parseRetryAfter', () => {
  for (const [header, expected] of [['3', 3000], ['0.5', 500], ['-1', undefined], ['', undefined], [undefined, undefined], ['soon', undefined],
    ['Thu, 01 Jan 1970 00:00:09 GMT', 8000], ['Thu, 01 Jan 1970 00:00:00 GMT', 0]] as const) {
    it(`reads ${String(header)} as ${String(expected)}`, () => { assert.equal(parseRetryAfter(header, 1000), expected); });
  }
});
