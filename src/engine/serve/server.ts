// `preclinical serve`: one checkpoint behind the OpenAI API on this machine's loopback address. HTTP here, the model in
// a worker thread, which batches the requests under way.
import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { userError } from '../../base/errors/problem';
import { answer } from './answer';
import { chatForm, completionForm } from './answer-form';
import { readJsonBody } from './body';
import { assertLocal, assertToken } from './guard';
import { errorBody, HttpError, sendJson } from './http-error';
import type { ModelFacts } from './messages';
import { Idleness } from './idleness';
import { ModelHost } from './model-host';
import { parseChat, parseCompletion } from './parse-request';
import { RequestQueue } from './queue';

export interface ServeOptions {
  /** A loopback address; 127.0.0.1 when left out. */
  readonly host?: string;
  /** 0, when left out, is any free port. */
  readonly port?: number;
  /** Bearer token every request must carry; none is asked for when left out. */
  readonly token?: string;
  /** Requests under way at once. */
  readonly mostRequests?: number;
  /** Requests that may wait behind those. */
  readonly longestQueue?: number;
  /** How long a client may leave a stream unread before it is given up. */
  readonly stalledMs?: number;
}

export interface ServedCheckpoint {
  /** Address without a path, such as http://127.0.0.1:40123. */
  readonly url: string;
  /** What OpenAI clients call base URL: ends in /v1. */
  readonly baseUrl: string;
  readonly token: string | undefined;
  readonly model: ModelFacts;
  /** Resolves when the server ends: with the reason when nobody closed it. */
  readonly ended: Promise<Error | undefined>;
  /** Resolves when no request came or was under way for this long, or when aborted. */
  idle(idleMs: number, signal: AbortSignal): Promise<void>;
  /** Cancels what is under way and frees the port and the model. */
  close(): Promise<void>;
}

/** A client has this long to send a request whole. */
const requestTimeoutMs = 60_000;

/** A token nobody guesses: 192 random bits. */
export function newToken(): string {
  return randomBytes(24).toString('base64url');
}

export async function serveCheckpoint(folder: string, options: ServeOptions = {}): Promise<ServedCheckpoint> {
  const address = options.host ?? '127.0.0.1';
  if (!['127.0.0.1', '::1', 'localhost'].includes(address)) {
    throw userError({ code: 'serve-not-loopback', key: 'host', value: address, message: 'a model is served on this machine only', next: 'Use 127.0.0.1; reach it from elsewhere through an SSH tunnel.' });
  }
  const { token } = options;
  const { host, facts } = await ModelHost.start(folder);
  const queue = new RequestQueue({ most: options.mostRequests ?? 32, longest: options.longestQueue ?? 128 });
  const stalledMs = options.stalledMs ?? 60_000;
  const idleness = new Idleness();
  const server = createServer((request, response) => {
    handle({ request, response, server, token, host, facts, queue, idleness, stalledMs }).catch((error: unknown) => { refuse(response, error); });
  });
  server.requestTimeout = requestTimeoutMs;
  try {
    await listen(server, address, options.port ?? 0);
  } catch (error) {
    await host.close();
    throw error;
  }
  const { port } = server.address() as AddressInfo;
  const url = `http://${address === '::1' ? '[::1]' : address}:${port}`;
  const close = async (): Promise<void> => {
    const closed = new Promise((resolve) => { server.close(resolve); });
    server.closeAllConnections();
    await host.close();
    await closed;
  };
  const ended = host.ended.then(async (reason) => {
    await close();
    return reason;
  });
  return { url, baseUrl: `${url}/v1`, token, model: facts, ended, idle: (idleMs, signal) => idleness.lasting(idleMs, signal), close };
}

async function listen(server: Server, address: string, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(userError({ code: 'serve-listen', key: 'port', value: String(port), message: `the server cannot listen there: ${error.message}`, next: 'Choose another port, or 0 for any free one.' }));
    });
    server.listen(port, address, resolve);
  });
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly server: Server;
  readonly token: string | undefined;
  readonly host: ModelHost;
  readonly facts: ModelFacts;
  readonly queue: RequestQueue;
  readonly idleness: Idleness;
  readonly stalledMs: number;
}

const methods: Readonly<Record<string, string>> = { '/health': 'GET', '/v1/models': 'GET', '/v1/completions': 'POST', '/v1/chat/completions': 'POST' };

async function handle({ request, response, server, token, host, facts, queue, idleness, stalledMs }: Exchange): Promise<void> {
  const aborted = new AbortController();
  response.once('close', () => { aborted.abort(); });
  assertLocal(request, (server.address() as AddressInfo).port);
  const path = (request.url ?? '').replace(/\?.*$/s, '');
  const method = methods[path];
  if (path !== '/health' && token !== undefined) assertToken(request, token);
  if (path !== '/health') response.once('close', idleness.begin());
  if (method === undefined) throw new HttpError(404, 'not_found', `There is nothing at this path; there is ${Object.keys(methods).join(', ')}.`);
  if (request.method !== method) throw new HttpError(405, 'method_not_allowed', `${path} takes ${method}.`, undefined, { allow: method });
  if (path === '/health') {
    sendJson(response, 200, { status: 'ok' });
  } else if (path === '/v1/models') {
    sendJson(response, 200, { object: 'list', data: [{ id: facts.name, object: 'model', created: 0, owned_by: 'preclinical', max_model_len: facts.contextLength, hash: facts.hash }] });
  } else {
    const chat = path === '/v1/chat/completions';
    const body = await readJsonBody(request);
    const parsed = chat ? parseChat(body, facts) : parseCompletion(body, facts);
    const context = { host, facts, form: chat ? chatForm : completionForm, response, signal: aborted.signal, stalledMs };
    await queue.run(() => answer(parsed, context), aborted.signal);
  }
}

/** A bug of ours is told as such, without what it says: its message may hold text of a prompt. */
function refuse(response: ServerResponse, error: unknown): void {
  const told = error instanceof HttpError ? error : new HttpError(500, 'internal_error', 'The server failed at this request.');
  sendJson(response, told.status, errorBody(told), told.headers);
}
