// Lines of events.jsonl as events. A light guard, since there may be a hundred thousand of them and our own writer
// made most: a line that is no event, such as a torn one, is passed over.
import type { JobEvent } from '../../protocol/events';

const types: ReadonlySet<string> = new Set<JobEvent['type']>([
  'metrics', 'progress', 'started', 'resumed', 'checkpoint', 'notice', 'signature', 'requestAnswered', 'studyStep', 'finished',
]);

/** Undefined when the line is no event of this schema. */
export function parseEvent(line: string): JobEvent | undefined {
  if (line === '') return undefined;
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (value === null || typeof value !== 'object') return undefined;
  const { schema, seq, attempt, type } = value as Partial<Record<string, unknown>>;
  const isEvent = schema === 1 && Number.isInteger(seq) && Number.isInteger(attempt) && typeof type === 'string' && types.has(type);
  return isEvent ? value as JobEvent : undefined;
}

/** Leaves out metrics and signatures that a later attempt took back by resuming from an earlier step. */
export function dropSuperseded(events: readonly JobEvent[]): JobEvent[] {
  const resumes = events.filter((event) => event.type === 'resumed');
  return events.filter((event) => (event.type !== 'metrics' && event.type !== 'signature')
    || !resumes.some((resume) => resume.attempt > event.attempt && event.step > resume.fromStep));
}
