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
import type { Health } from './health';
import { Idleness } from './idleness';
import { assertMemory, BodyRoom } from './memory/guard';
import { usualMemoryCap } from './memory/plan';
import { ModelSlot } from './model-slot';
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
  /** Most memory the whole process may take; half of the machine's when left out. */
  readonly capBytes?: number;
  /** The model's memory is given back when no request came for this long; the next one opens it again. Never, when left out. */
  readonly unloadAfterMs?: number;
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

/** Of requests under way and waiting, together; a parsed one takes several times as much. */
const mostBodyBytes = 64 * 2 ** 20;

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
  const { token, capBytes = usualMemoryCap() } = options;
  const slot = await ModelSlot.open({ folder, capBytes });
  const queue = new RequestQueue({ most: options.mostRequests ?? 32, longest: options.longestQueue ?? 128 });
  const stalledMs = options.stalledMs ?? 60_000;
  const idleness = new Idleness();
  const bodies = new BodyRoom(mostBodyBytes);
  const server = createServer((request, response) => {
    handle({ request, response, server, token, slot, queue, idleness, stalledMs, capBytes, bodies }).catch((error: unknown) => { refuse(response, error); });
  });
  server.requestTimeout = requestTimeoutMs;
  try {
    await listen(server, address, options.port ?? 0);
  } catch (error) {
    await slot.close();
    throw error;
  }
  const { port } = server.address() as AddressInfo;
  const url = `http://${address === '::1' ? '[::1]' : address}:${port}`;
  const closing = new AbortController();
  if (options.unloadAfterMs !== undefined) void unloadWhenIdle(slot, idleness, options.unloadAfterMs, closing.signal);
  const close = async (): Promise<void> => {
    closing.abort();
    const closed = new Promise((resolve) => { server.close(resolve); });
    server.closeAllConnections();
    await slot.close();
    await closed;
  };
  const ended = slot.ended.then(async (reason) => {
    await close();
    return reason;
  });
  return { url, baseUrl: `${url}/v1`, token, model: slot.facts, ended, idle: (idleMs, signal) => idleness.lasting(idleMs, signal), close };
}

async function unloadWhenIdle(slot: ModelSlot, idleness: Idleness, idleMs: number, signal: AbortSignal): Promise<void> {
  for (;;) {
    await idleness.lasting(idleMs, signal);
    if (signal.aborted) return;
    await slot.unload();
  }
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
  readonly slot: ModelSlot;
  readonly queue: RequestQueue;
  readonly idleness: Idleness;
  readonly stalledMs: number;
  readonly capBytes: number;
  readonly bodies: BodyRoom;
}

const methods: Readonly<Record<string, string>> = { '/health': 'GET', '/v1/models': 'GET', '/v1/completions': 'POST', '/v1/chat/completions': 'POST' };

async function handle({ request, response, server, token, slot, queue, idleness, stalledMs, capBytes, bodies }: Exchange): Promise<void> {
  const aborted = new AbortController();
  response.once('close', () => { aborted.abort(); });
  assertLocal(request, (server.address() as AddressInfo).port);
  const { facts } = slot;
  const path = (request.url ?? '').replace(/\?.*$/s, '');
  const method = methods[path];
  if (path !== '/health' && token !== undefined) assertToken(request, token);
  if (path !== '/health') response.once('close', idleness.begin());
  if (method === undefined) throw new HttpError(404, 'not_found', `There is nothing at this path; there is ${Object.keys(methods).join(', ')}.`);
  if (request.method !== method) throw new HttpError(405, 'method_not_allowed', `${path} takes ${method}.`, undefined, { allow: method });
  if (path === '/health') {
    const health: Health = { status: 'ok', model: slot.isOpen ? 'open' : 'unloaded', requests: slot.users, idleMs: idleness.sinceMs(), memoryBytes: process.memoryUsage.rss(), memoryCapBytes: capBytes };
    sendJson(response, 200, health);
  } else if (path === '/v1/models') {
    sendJson(response, 200, { object: 'list', data: [{ id: facts.name, object: 'model', created: 0, owned_by: 'preclinical', max_model_len: facts.contextLength, hash: facts.hash }] });
  } else {
    const chat = path === '/v1/chat/completions';
    await assertMemory(slot, capBytes);
    let held = 0;
    response.once('close', () => { bodies.giveBack(held); });
    const body = await readJsonBody(request, (bytes) => {
      bodies.take(bytes);
      held += bytes;
    });
    const parsed = chat ? parseChat(body, facts) : parseCompletion(body, facts);
    const context = { facts, form: chat ? chatForm : completionForm, response, signal: aborted.signal, stalledMs };
    await queue.run(() => slot.use((host) => answer(parsed, { ...context, host })), aborted.signal);
  }
}

/** A bug of ours is told as such, without what it says: its message may hold text of a prompt. */
function refuse(response: ServerResponse, error: unknown): void {
  const told = error instanceof HttpError ? error : new HttpError(500, 'internal_error', 'The server failed at this request.');
  sendJson(response, told.status, errorBody(told), told.headers);
}
