// A chat request as it comes over HTTP, checked.
import type { IncomingMessage } from 'node:http';
import type { ChatMessage } from '../../../documents/cot/roles';
import type { ModelOptions } from './chat-model';
import { BridgeError } from './error';

export interface BridgeRequest {
  readonly model: string;
  readonly messages: readonly ChatMessage[];
  readonly options: ModelOptions;
  readonly stop: readonly string[];
  readonly stream: boolean;
}

const largestBodyBytes = 8 * 1024 * 1024;
const optionNames = ['temperature', 'top_p', 'max_tokens', 'seed'] as const;
const roles = { system: 'system', developer: 'system', user: 'user', assistant: 'assistant' } as const satisfies Record<string, ChatMessage['role']>;

export async function readBody(request: IncomingMessage): Promise<unknown> {
  if (!/^application\/json\s*(?:;|$)/i.test(request.headers['content-type'] ?? '')) throw new BridgeError(415, 'unsupported_media_type', 'Send the body as content-type application/json.');
  const chunks: Buffer[] = [];
  let size = 0;
  // The stream must outlive the loop: destroying it would close the connection before the refusal is sent.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > largestBodyBytes) throw new BridgeError(413, 'body_too_large', `The body is larger than ${largestBodyBytes} bytes.`);
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    throw bad(undefined, 'The body is not JSON.');
  }
}

export function parseBridgeRequest(body: unknown): BridgeRequest {
  const given = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>;
  const { model, messages, stop, stream, n } = given;
  if (typeof model !== 'string') throw bad('model', 'Name a model: GET /v1/models lists them.');
  if (!Array.isArray(messages) || messages.length === 0) throw bad('messages', 'messages is not a list with at least one message.');
  if (n !== undefined && n !== null && n !== 1) throw bad('n', 'The editor\'s models give one answer a request.');
  for (const name of ['logprobs', 'tools', 'functions'] as const) {
    const value = given[name];
    if (value !== undefined && value !== null && value !== false) throw bad(name, `The editor's models know no ${name}.`);
  }
  return { model, messages: messages.map(parseMessage), options: parseOptions(given), stop: parseStop(stop), stream: stream === true };
}

function parseMessage(message: unknown, place: number): ChatMessage {
  const { role, content } = (typeof message === 'object' && message !== null ? message : {}) as Record<string, unknown>;
  const known = typeof role === 'string' && Object.hasOwn(roles, role) ? roles[role as keyof typeof roles] : undefined;
  if (!known) throw bad(`messages.${place}.role`, `A message's role is one of ${Object.keys(roles).join(', ')}.`);
  const parts: unknown[] = Array.isArray(content) ? content : [{ type: 'text', text: content }];
  const texts = parts.map((part) => {
    const { type, text } = (typeof part === 'object' && part !== null ? part : {}) as Record<string, unknown>;
    if (type !== 'text' || typeof text !== 'string') throw bad(`messages.${place}.content`, 'Only text can be sent.');
    return text;
  });
  return { role: known, content: texts.join('') };
}

function parseOptions(given: Record<string, unknown>): ModelOptions {
  return Object.fromEntries(optionNames.flatMap((name) => {
    const value = given[name];
    if (value === undefined || value === null) return [];
    if (typeof value !== 'number' || !Number.isFinite(value)) throw bad(name, `${name} is not a number.`);
    return [[name, value]];
  }));
}

function parseStop(stop: unknown): string[] {
  const list: unknown[] = stop === undefined || stop === null ? [] : Array.isArray(stop) ? stop : [stop];
  if (!list.every((one): one is string => typeof one === 'string')) throw bad('stop', 'stop is a text or a list of texts.');
  return list.filter((one) => one !== '');
}

function bad(param: string | undefined, message: string): BridgeError {
  return new BridgeError(400, 'invalid_value', message, param);
}
