// A model's text on its way to the client: as one answer, or as server-sent events while it comes.
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { errorBody, toBridgeError } from './error';

export function sendJson(response: ServerResponse, status: number, body: object): void {
  if (response.headersSent || response.destroyed) return;
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store', ...(status === 413 ? { connection: 'close' } : {}) });
  response.end(JSON.stringify(body));
}

export async function sendWhole(response: ServerResponse, model: string, parts: AsyncIterable<string>): Promise<void> {
  let content = '';
  for await (const part of parts) content += part;
  sendJson(response, 200, {
    id: `chatcmpl-${randomUUID()}`, object: 'chat.completion', created: Math.floor(Date.now() / 1000), model,
    choices: [{ index: 0, message: { role: 'assistant', content, refusal: null }, finish_reason: 'stop', logprobs: null }],
  });
}

/** An error before the first text is thrown, for a proper status; one after it ends the stream with its body and no [DONE]. */
export async function sendStream(response: ServerResponse, model: string, parts: AsyncIterable<string>): Promise<void> {
  const base = { id: `chatcmpl-${randomUUID()}`, object: 'chat.completion.chunk', created: Math.floor(Date.now() / 1000), model };
  const send = async (body: object): Promise<void> => {
    if (!response.headersSent) response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store' });
    if (!response.write(`data: ${JSON.stringify(body)}\n\n`) && !response.destroyed) await Promise.race([once(response, 'drain'), once(response, 'close')]);
  };
  const chunk = (delta: object, reason: string | null): object => ({ ...base, choices: [{ index: 0, delta, finish_reason: reason, logprobs: null }] });
  try {
    for await (const part of parts) await send(chunk({ content: part }, null));
    await send(chunk({}, 'stop'));
    response.end('data: [DONE]\n\n');
  } catch (error) {
    if (!response.headersSent) throw error;
    await send(errorBody(toBridgeError(error)));
    response.end();
  }
}
