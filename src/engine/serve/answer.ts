// Runs one request on the model and writes its answer: whole as JSON, or part by part as server-sent events.
import type { ServerResponse } from 'node:http';
import { ulid } from 'ulid';
import type { TokenCounts } from './generation';
import { errorBody, HttpError, sendJson } from './http-error';
import { usageBody, type AnswerForm, type ChoiceState } from './answer-form';
import type { ModelFacts } from './messages';
import type { ModelHost, TaskPart } from './model-host';
import type { ParsedRequest } from './parse-request';

export interface AnswerContext {
  readonly host: ModelHost;
  readonly facts: ModelFacts;
  readonly form: AnswerForm;
  readonly response: ServerResponse;
  readonly signal: AbortSignal;
  /** How long a client may leave a stream unread. */
  readonly stalledMs: number;
}

export async function answer(request: ParsedRequest, context: AnswerContext): Promise<void> {
  const head = { id: `${context.form.idPrefix}${ulid().toLowerCase()}`, created: Math.floor(Date.now() / 1000), model: context.facts.name };
  await (request.stream ? answerStream(request, context, head) : answerWhole(request, context, head));
}

async function answerWhole({ task }: ParsedRequest, { host, form, response, signal }: AnswerContext, head: object): Promise<void> {
  const choices: ChoiceState[] = Array.from({ length: task.prompts.length * task.n }, (_, index) => ({ index, text: '', tokens: [], reason: null }));
  const counts = await eachPart(host.run(task, signal), (part) => {
    const state = choices[part.choice]!;
    if (part.type === 'choiceDone') {
      state.reason = part.reason;
    } else {
      state.text += part.text;
      state.tokens.push(...part.tokens);
    }
  });
  sendJson(response, 200, {
    ...head, object: form.object, choices: choices.map((state) => form.choice(state, task.logprobs !== undefined)), usage: usageBody(counts),
  });
}

async function answerStream({ task, includeUsage }: ParsedRequest, { host, form, response, signal, stalledMs }: AnswerContext, head: object): Promise<void> {
  const sentLength = new Map<number, number>();
  const send = async (body: object): Promise<void> => {
    const goesOn = response.write(`data: ${JSON.stringify(body)}\n\n`);
    if (!goesOn && !signal.aborted) await drained(response, stalledMs);
  };
  const chunk = (choices: readonly object[], usage: object | null): object =>
    ({ ...head, object: form.streamObject, choices, ...(includeUsage ? { usage } : {}) });
  try {
    const counts = await eachPart(host.run(task, signal), async (part) => {
      openStream(response);
      const sent = sentLength.get(part.choice);
      const opening = sent === undefined ? form.opening(part.choice) : undefined;
      if (opening) await send(chunk([opening], null));
      sentLength.set(part.choice, (sent ?? 0) + (part.type === 'part' ? part.text.length : 0));
      await send(chunk([part.type === 'part'
        ? form.part(part.choice, part.text, part.tokens, task.logprobs !== undefined, sent ?? 0)
        : form.closing(part.choice, part.reason)], null));
    });
    if (includeUsage) await send(chunk([], usageBody(counts)));
    response.end('data: [DONE]\n\n');
  } catch (error) {
    // Before the first part the refusal has a status of its own; after it, it is one more event.
    if (!response.headersSent) throw error;
    const told = error instanceof HttpError ? error : new HttpError(500, 'internal_error', 'The model failed.');
    response.end(`data: ${JSON.stringify(errorBody(told))}\n\n`);
  }
}

/** Waits until the client has read; one that does not for too long is cut off, which cancels its request. */
async function drained(response: ServerResponse, stalledMs: number): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(() => { response.destroy(); }, stalledMs);
    const end = (): void => {
      clearTimeout(timer);
      response.off('drain', end).off('close', end);
      resolve();
    };
    response.once('drain', end).once('close', end);
  });
}

function openStream(response: ServerResponse): void {
  if (response.headersSent) return;
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store' });
}

async function eachPart(parts: AsyncGenerator<TaskPart, TokenCounts>, take: (part: TaskPart) => void | Promise<void>): Promise<TokenCounts> {
  try {
    for (;;) {
      const next = await parts.next();
      if (next.done) return next.value;
      await take(next.value);
    }
  } finally {
    await parts.return({ promptTokens: 0, completionTokens: 0 });
  }
}
