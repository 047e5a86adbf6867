// Events as readers see them: superseded metrics, the tail of a growing file, following.
import assert from 'node:assert/strict';
import { appendFileSync, truncateSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { EventBody, JobEvent } from '../../../src/protocol/events';
import { dropSuperseded, parseEvent, readEvents } from '../../../src/runs/events';
import { EventLog } from '../../../src/runs/events/log';
import { LineTail } from '../../../src/runs/events/tail';
import { followEvents } from '../../../src/runs/follow';
import { jobPath } from '../../../src/runs/layout';
import { withJob } from './folder';

const metrics = (step: number): EventBody => ({ type: 'metrics', step, tokens: step, metrics: { x: step } });
const stepsOf = (events: readonly JobEvent[]): string[] => events.flatMap((event) => event.type === 'metrics' ? [`${event.attempt}:${event.step}`] : []);

function writeAttempts(folder: string, attempts: readonly (readonly EventBody[])[]): void {
  for (const [index, bodies] of attempts.entries()) {
    const log = EventLog.open(folder);
    log.begin(index + 1);
    for (const body of bodies) log.append(body);
    log.close();
  }
}

describe('events as readers see them', () => {
  it('leave out metrics that a later attempt took back', () => withJob(async (folder) => {
    writeAttempts(folder, [
      [metrics(1), metrics(2), metrics(3), { type: 'notice', level: 'info', message: 'kept' }],
      [{ type: 'resumed', fromStep: 2 }, metrics(3), metrics(4), metrics(5)],
      [{ type: 'resumed', fromStep: 4 }, metrics(5)],
    ]);
    const events = await readEvents(folder);
    assert.deepEqual(stepsOf(events), ['1:1', '1:2', '2:3', '2:4', '3:5']);
    assert.equal(events.filter((event) => event.type === 'notice').length, 1);
  }));

  it('leave out the first attempt when the second began anew', () => {
    const base = { schema: 1, wallMs: 0, elapsedMs: 0 } as const;
    const events: JobEvent[] = [
      { ...base, seq: 1, attempt: 1, type: 'metrics', step: 1, tokens: 1, metrics: {} },
      { ...base, seq: 2, attempt: 2, type: 'resumed', fromStep: 0 },
      { ...base, seq: 3, attempt: 2, type: 'metrics', step: 1, tokens: 1, metrics: {} },
    ];
    assert.deepEqual(stepsOf(dropSuperseded(events)), ['2:1']);
  });

  it('pass over lines that are no events', () => {
    for (const line of ['', '{', 'null', '7', '{"schema":2,"seq":1,"attempt":1,"type":"notice"}', '{"schema":1,"seq":1,"attempt":1,"type":"other"}', '{"schema":1,"seq":"1","attempt":1,"type":"notice"}']) {
      assert.equal(parseEvent(line), undefined, line);
    }
  });
});

describe('the tail of a file', () => {
  it('gives whole lines once, and survives a torn one that is cut off and written again', () => withJob(async (folder) => {
    const file = jobPath(folder, 'events');
    const tail = new LineTail(file);
    assert.deepEqual(await tail.read(), []);
    appendFileSync(file, 'one\ntwo\nthr');
    assert.deepEqual(await tail.read(), ['one', 'two']);
    truncateSync(file, 'one\ntwo\n'.length);
    assert.deepEqual(await tail.read(), []);
    appendFileSync(file, 'thé\n');
    assert.deepEqual(await tail.read(), ['thé']);
    assert.deepEqual(await new LineTail(`${file}.none`).read(), []);
  }));

  it('joins a character that was cut in the middle', () => withJob(async (folder) => {
    const file = jobPath(folder, 'events');
    const tail = new LineTail(file);
    const bytes = Buffer.from('héllo\n');
    appendFileSync(file, bytes.subarray(0, 2));
    assert.deepEqual(await tail.read(), []);
    appendFileSync(file, bytes.subarray(2));
    assert.deepEqual(await tail.read(), ['héllo']);
  }));
});

describe('following a job', () => {
  it('gives what is there, then what comes, and all of it when it is ended', () => withJob(async (folder) => {
    const log = EventLog.open(folder);
    log.begin(1);
    log.append(metrics(1));
    const stop = new AbortController();
    const seen: number[] = [];
    const following = (async () => {
      for await (const event of followEvents(folder, { signal: stop.signal })) seen.push(event.seq);
    })();
    while (seen.length < 1) await nextTurn();
    log.append(metrics(2));
    while (seen.length < 2) await nextTurn();
    log.append(metrics(3));
    stop.abort();
    await following;
    log.close();
    assert.deepEqual(seen, [1, 2, 3]);
  }));
});
