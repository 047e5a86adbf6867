// Whether a job lives, decided on facts given by hand and with a clock that the test turns.
import assert from 'node:assert/strict';
import { deadAfterMs, decideLiveness, heartbeatMs, HeartbeatWatch } from '../../../src/runs/liveness';
import { findProcess, isSameBoot, isSameProcess } from '../../../src/runs/this-host';

const here = { sameHost: true, sameBoot: true, processExists: true, stillMs: 0, advanced: true };
const elsewhere = { ...here, sameHost: false, sameBoot: false };

describe('whether a job lives', () => {
  it('is decided by boot, process and heartbeat on this host, by the heartbeat alone on another', () => {
    assert.equal(decideLiveness(here), 'alive');
    assert.equal(decideLiveness({ ...here, advanced: false }), 'unknown');
    assert.equal(decideLiveness({ ...here, sameBoot: false }), 'dead');
    assert.equal(decideLiveness({ ...here, processExists: false }), 'dead');
    assert.equal(decideLiveness({ ...here, stillMs: deadAfterMs }), 'dead');
    assert.equal(decideLiveness({ ...here, stillMs: deadAfterMs - 1 }), 'alive');
    assert.equal(decideLiveness(elsewhere), 'alive');
    assert.equal(decideLiveness({ ...elsewhere, advanced: false }), 'unknown');
    assert.equal(decideLiveness({ ...elsewhere, stillMs: deadAfterMs }), 'dead');
  });
});

describe('a reader that watches heartbeats', () => {
  let nowMs = 0;
  const look = (watch: HeartbeatWatch, atMs: number, beat: string): { stillMs: number; advanced: boolean } => {
    nowMs = atMs;
    const { stillMs, advanced } = watch.look('job', beat);
    return { stillMs, advanced };
  };
  const newWatch = (): HeartbeatWatch => new HeartbeatWatch(() => nowMs);

  it('believes a beat only when it saw the time stamp change', () => {
    const watch = newWatch();
    assert.deepEqual(look(watch, 0, 'a'), { stillMs: 0, advanced: false });
    assert.deepEqual(look(watch, 4000, 'a'), { stillMs: 4000, advanced: false });
    assert.deepEqual(look(watch, 8000, 'b'), { stillMs: 0, advanced: true });
    assert.deepEqual(look(watch, 10_000, 'b'), { stillMs: 2000, advanced: true });
  });

  it('cares neither whether the stamp is old nor whether it goes backwards', () => {
    const watch = newWatch();
    look(watch, 0, '2040');
    assert.deepEqual(look(watch, 1000, '1970'), { stillMs: 0, advanced: true });
  });

  it('does not count time it slept through', () => {
    const watch = newWatch();
    look(watch, 0, 'a');
    const { stillMs } = look(watch, 8 * 3_600_000, 'a');
    assert.ok(stillMs <= 2 * heartbeatMs && stillMs < deadAfterMs, `${stillMs} ms`);
  });

  it('calls it dead after half a minute of looks', () => {
    const watch = newWatch();
    let looks = 0;
    for (let atMs = 0; decideLiveness({ ...elsewhere, ...look(watch, atMs, 'a') }) !== 'dead'; atMs += 1000) looks += 1;
    assert.equal(looks, deadAfterMs / 1000);
  });

  it('keeps jobs apart and forgets', () => {
    const watch = newWatch();
    look(watch, 0, 'a');
    nowMs = 5000;
    assert.equal(watch.look('other', 'a').stillMs, 0);
    watch.forget('job');
    assert.equal(watch.look('job', 'a').stillMs, 0);
  });
});

describe('processes and boots', () => {
  it('knows this process, and not one that started at another time', () => {
    const found = findProcess(process.pid);
    assert.ok(found);
    assert.ok(isSameProcess(process.pid, found.start));
    if (process.platform === 'linux') assert.ok(!isSameProcess(process.pid, '1'));
    assert.ok(!isSameProcess(0, undefined));
    assert.ok(!isSameProcess(2 ** 22 + 1, undefined), 'beyond the largest pid');
  });

  it('compares boots by id, or by time within two minutes', () => {
    assert.ok(isSameBoot('abc', 'abc'));
    assert.ok(!isSameBoot('abc', 'abd'));
    assert.ok(isSameBoot('booted-1000', 'booted-1060'));
    assert.ok(!isSameBoot('booted-1000', 'booted-2000'));
    assert.ok(!isSameBoot('booted-1000', 'abc'));
  });
});
