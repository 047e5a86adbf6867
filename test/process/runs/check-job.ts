// What must hold of a counting job's folder however often its process was killed.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { JobEvent } from '../../../src/protocol/events';
import { readAllEvents, readEvents } from '../../../src/runs/events';
import { chainOf } from './chain';

/** Holds at any instant: whole lines only but for the last, seq without gaps, attempts in order, no step done again before a checkpoint. */
export async function checkEvents(folder: string): Promise<JobEvent[]> {
  const events = await readAllEvents(folder);
  assert.deepEqual(events.map((event) => event.seq), events.map((_, index) => index + 1), 'seq counts without gaps');
  const lines = readFileSync(path.join(folder, 'events.jsonl'), 'utf8').split('\n');
  assert.ok(lines.length - 1 === events.length, 'every whole line is an event');
  let checkpointed = 0;
  let next = 1;
  let attempt = 0;
  for (const event of events) {
    assert.ok(event.attempt >= attempt, 'attempts follow each other');
    attempt = event.attempt;
    if (event.type === 'checkpoint') checkpointed = event.step;
    if (event.type === 'resumed') {
      assert.ok(event.fromStep >= checkpointed, `resumed from ${event.fromStep} although ${checkpointed} was checkpointed`);
      assert.ok(event.fromStep < next, `resumed from ${event.fromStep} although only ${next - 1} was done`);
      next = event.fromStep + 1;
    }
    if (event.type === 'started' && event.attempt === 1) next = 1;
    if (event.type !== 'metrics') continue;
    assert.equal(event.step, next, 'the next step');
    next += 1;
  }
  return events;
}

/** Holds once the job is done. A kill between the last word and the release leaves the lock of a dead process, which hinders nobody. */
export async function checkDone(folder: string, steps: number): Promise<void> {
  await checkEvents(folder);
  const counted = (await readEvents(folder)).filter((event) => event.type === 'metrics').map((event) => event.step);
  assert.deepEqual(counted, Array.from({ length: steps }, (_, index) => index + 1), 'each step once for readers');
  assert.deepEqual(JSON.parse(readFileSync(path.join(folder, 'results', 'count.json'), 'utf8')), chainOf(steps));
  const left = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => /(^|\/)\.(tmp|old)-/.test(name));
  assert.deepEqual(left, [], 'nothing is left aside');
}
