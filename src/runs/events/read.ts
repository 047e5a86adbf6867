// All events of a job at once.
import { readFile } from 'node:fs/promises';
import type { JobEvent } from '../../protocol/events';
import { errorCode } from '../files/retry';
import { jobPath } from '../layout';
import { dropSuperseded, parseEvent } from './parse';

/** Events in the order they were written, without the metrics a later attempt took back. */
export async function readEvents(folder: string): Promise<JobEvent[]> {
  return dropSuperseded(await readAllEvents(folder));
}

/** Every whole line, superseded metrics included. */
export async function readAllEvents(folder: string): Promise<JobEvent[]> {
  let text: string;
  try {
    text = await readFile(jobPath(folder, 'events'), 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  }
  return text.split('\n').flatMap((line) => parseEvent(line) ?? []);
}
