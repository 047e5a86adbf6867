// The writer of events.jsonl: whole lines, seq without gaps, whatever an interrupted write left behind.
import assert from 'node:assert/strict';
import { readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import type { EventBody } from '../../../src/protocol/events';
import { EventLog } from '../../../src/runs/events/log';
import { readAllEvents } from '../../../src/runs/events';
import { withRoot } from './folder';

const clock = { wallMs: () => 1000, monotonicMs: () => 5 };
const notice = (message: string): EventBody => ({ type: 'notice', level: 'info', message });

function write(folder: string, attempt: number, messages: readonly string[]): EventLog {
  const log = EventLog.open(folder, clock);
  log.begin(attempt);
  for (const message of messages) log.append(notice(message));
  log.close();
  return log;
}

describe('the event log', () => {
  it('adds schema, seq, attempt and times, and counts on over attempts', () => withRoot(async (folder) => {
    write(folder, 1, ['a', 'b']);
    write(folder, 2, ['c']);
    assert.deepEqual((await readAllEvents(folder)).map((event) => [event.schema, event.seq, event.attempt, event.wallMs, event.elapsedMs]), [
      [1, 1, 1, 1000, 0], [1, 2, 1, 1000, 0], [1, 3, 2, 1000, 0],
    ]);
  }));

  it('goes on without a gap wherever the file was cut', () => withRoot(async (folder) => {
    const file = path.join(folder, 'events.jsonl');
    await fc.assert(fc.asyncProperty(
      fc.array(fc.string({ unit: 'binary', maxLength: 30 }), { minLength: 1, maxLength: 6 }), fc.nat(), async (messages, cut) => {
        writeFileSync(file, '');
        write(folder, 1, messages);
        const bytes = readFileSync(file);
        const kept = cut % (bytes.length + 1);
        truncateSync(file, kept);
        const whole = bytes.subarray(0, kept).toString('latin1').split('\n').length - 1;
        const log = write(folder, 2, ['after']);
        assert.equal(log.tornBytes > 0, kept > 0 && bytes[kept - 1] !== 0x0a);
        const events = await readAllEvents(folder);
        assert.deepEqual(events.map((event) => event.seq), Array.from({ length: whole + 1 }, (_, index) => index + 1));
        assert.deepEqual(events.map((event) => event.type === 'notice' ? event.message : ''), [...messages.slice(0, whole), 'after'].map((text) => JSON.parse(JSON.stringify(text)) as string));
      }), { numRuns: 12 });
  }));

  it('cuts off zeros and broken lines that a power cut left, however many', () => withRoot((folder) => {
    write(folder, 3, ['a']);
    const file = path.join(folder, 'events.jsonl');
    const { size } = statSync(file);
    writeFileSync(file, Buffer.concat([readFileSync(file), Buffer.from('{"broken": \n'), Buffer.alloc(200_000)]));
    const log = write(folder, 4, ['b']);
    assert.equal(log.tornBytes, 200_012);
    assert.equal(log.lastAttempt, 3);
    assert.ok(statSync(file).size < 2 * size + 20);
    return Promise.resolve();
  }));

  it('reads the last event of a file larger than it looks at first', () => withRoot((folder) => {
    write(folder, 1, ['x'.repeat(300_000), 'y'.repeat(100_000)]);
    assert.equal(EventLog.open(folder, clock).append(notice('z')).seq, 3);
    return Promise.resolve();
  }));
});
