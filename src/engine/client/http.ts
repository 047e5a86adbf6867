// One HTTP exchange on Node's own client rather than fetch, which gives up on an answer that takes five minutes and
// follows redirects: a slow model is no error, and texts must not be carried to a host nobody agreed to.
import { once } from 'node:events';
import http, { type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import https from 'node:https';

export interface HttpRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON text; undefined is a GET. */
  readonly body: string | undefined;
  readonly signal: AbortSignal;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Bytes of the body; leaving the loop closes the connection. */
  readonly body: AsyncIterable<Uint8Array>;
}

export async function exchange({ url, headers, body, signal }: HttpRequest): Promise<HttpAnswer> {
  const { request } = url.startsWith('https:') ? https : http;
  const outgoing = request(url, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { accept: 'application/json, text/event-stream', ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }) },
  });
  // An error after the answer began reaches whoever still reads the body, and nobody else.
  outgoing.on('error', () => undefined);
  // Not request's own `signal`: aborted after the answer is complete, it throws where nobody can catch.
  const abort = (): void => { outgoing.destroy(); };
  signal.addEventListener('abort', abort, { once: true });
  if (signal.aborted) abort();
  outgoing.end(body);
  const [incoming] = (await once(outgoing, 'response')) as [IncomingMessage];
  incoming.on('error', () => undefined);
  return { status: incoming.statusCode ?? 0, headers: incoming.headers, body: incoming };
}

export async function textOf(answer: HttpAnswer): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of answer.body) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}
