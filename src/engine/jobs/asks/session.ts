// The conversation with an editor: requests come as lines, several are answered at once, any can be cancelled.
import { Stopped, UserError, type Problem } from '../../../base/errors/problem';
import type { AskRequest, FromAsks } from '../../../protocol/asks';
import { diskFullError } from '../../../runs/files/disk-error';
import { answerAsk } from './answer';
import { parseMessage } from './message';

export interface SessionOptions {
  readonly root: string;
  readonly send: (message: FromAsks) => void;
  readonly idleMs?: number;
}

/** Answers lines until there are no more; then cancels what is under way and ends. Never throws for what a line says. */
export async function runAskSession(lines: AsyncIterable<string>, options: SessionOptions): Promise<void> {
  const { send } = options;
  const underWay = new Map<string, { readonly abort: AbortController; readonly ended: Promise<void> }>();
  send({ type: 'ready' });
  for await (const line of lines) {
    if (line.trim() === '') continue;
    const parsed = parseMessage(line);
    if ('problem' in parsed) {
      send({ type: 'failed', id: parsed.id, problems: [parsed.problem] });
      continue;
    }
    const { message } = parsed;
    switch (message.type) {
      case 'ask': {
        if (underWay.has(message.id)) {
          send({ type: 'failed', id: message.id, problems: [{ code: 'ask-id-taken', severity: 'error', key: 'id', message: 'a request of this id is under way', next: 'Give every request an id of its own.' }] });
          break;
        }
        const abort = new AbortController();
        const ended = answer(message, options, abort.signal).then((last) => {
          underWay.delete(message.id);
          send(last);
        });
        underWay.set(message.id, { abort, ended });
        break;
      }
      case 'cancel':
        underWay.get(message.id)?.abort.abort();
        break;
    }
  }
  const left = [...underWay.values()];
  for (const { abort } of left) abort.abort();
  await Promise.all(left.map(({ ended }) => ended));
}

/** The last word on a request. */
async function answer(request: AskRequest, options: SessionOptions, signal: AbortSignal): Promise<FromAsks> {
  const { id } = request;
  try {
    await answerAsk(request, { ...options, signal });
    return { type: 'done', id };
  } catch (error) {
    if (error instanceof Stopped) return { type: 'cancelled', id };
    const known = error instanceof UserError ? error : diskFullError(error);
    return { type: 'failed', id, problems: known?.problems ?? [bugOf(error)] };
  }
}

function bugOf(error: unknown): Problem {
  return { code: 'bug', severity: 'error', message: error instanceof Error ? error.stack ?? error.message : String(error), next: 'This is a bug in Preclinical; please report it.' };
}
