// Requests that earlier attempts left behind: answered `stale`, so that whoever asked learns that nobody will act.
import { readAllEvents } from '../events/read';
import type { EventLog } from '../events/log';
import { readRequest, removeRequest, requestIds } from '../requests';

/** To be called before anyone can know the new attempt's number. */
export async function answerStaleRequests(folder: string, log: EventLog): Promise<void> {
  const ids = requestIds(folder);
  if (ids.length === 0) return;
  const answered = new Set((await readAllEvents(folder)).flatMap((event) => event.type === 'requestAnswered' ? [event.requestId] : []));
  for (const id of ids) {
    const request = readRequest(folder, id);
    if (request === undefined || answered.has(id)) continue;
    log.append({ type: 'requestAnswered', requestId: id, answer: 'stale', detail: `It was meant for attempt ${request.attempt}, which has ended.` });
  }
  log.syncNow();
  for (const id of ids) removeRequest(folder, id);
}
