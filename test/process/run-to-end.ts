// Runs a job to the end of one attempt, as the command line does.
import type { JobEvent } from '../../src/protocol/events';
import { followEvents } from '../../src/runs/follow';
import { launchJob } from '../../src/runs/launch';
import { readJobState, type JobReading } from '../../src/runs/state';

export interface Ended { readonly state: JobReading; readonly events: readonly JobEvent[] }

/** Starts or resumes the job and follows this attempt to its end; `onEvent` sees each of its events, as they come. */
export async function runToEnd(folder: string, onEvent?: (event: JobEvent, pid: number) => Promise<void> | void): Promise<Ended> {
  const { attempt: before } = await readJobState(folder);
  const { pid } = await launchJob(folder);
  const events: JobEvent[] = [];
  for await (const event of followEvents(folder, { untilEnded: true })) {
    if (event.attempt <= before) continue;
    events.push(event);
    await onEvent?.(event, pid);
  }
  return { state: await readJobState(folder), events };
}
