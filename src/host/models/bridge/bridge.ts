// A server on loopback that gives the engine the editor's models by the OpenAI API, since they can be asked inside the
// editor only. It is opened when first needed and lives while the window does. Its token is known to the engine's
// processes of this window alone, and it passes on only to models that the user has agreed to.
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { foreignHeader } from '../../../protocol/loopback';
import { sendJson, sendStream, sendWhole } from './answer';
import type { ListChatModels } from './chat-model';
import { BridgeError, errorBody, toBridgeError } from './error';
import { parseBridgeRequest, readBody } from './request';
import { untilStop } from './stop';

export class Bridge {
  readonly token = randomBytes(32).toString('base64url');
  #opening: Promise<Server> | undefined;

  constructor(private readonly models: ListChatModels, private readonly isAllowed: (model: string) => boolean) {}

  /** Address up to and with /v1. */
  async open(): Promise<string> {
    this.#opening ??= this.#listen();
    return `http://127.0.0.1:${portOf(await this.#opening)}/v1`;
  }

  async close(): Promise<void> {
    const server = await this.#opening;
    this.#opening = undefined;
    server?.closeAllConnections();
    server?.close();
  }

  #listen(): Promise<Server> {
    const server = createServer((request, response) => {
      this.#answer(request, response, portOf(server)).catch((error: unknown) => {
        const refusal = toBridgeError(error);
        sendJson(response, refusal.status, errorBody(refusal));
      });
    });
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, '127.0.0.1', () => { resolve(server); });
    });
  }

  async #answer(request: IncomingMessage, response: ServerResponse, port: number): Promise<void> {
    switch (foreignHeader(request.headers.host, request.headers.origin, port)) {
      case 'host': throw new BridgeError(403, 'foreign_host', 'This server answers to its own loopback address only.');
      case 'origin': throw new BridgeError(403, 'foreign_origin', 'This server does not answer web pages.');
      case undefined:
    }
    if (!this.#knowsToken(request)) throw new BridgeError(401, 'invalid_api_key', 'The bearer token is missing or wrong.');
    const route = `${request.method ?? ''} ${(request.url ?? '').split('?')[0]}`;
    if (route === 'GET /v1/models') {
      sendJson(response, 200, { object: 'list', data: (await this.models()).map(({ id }) => ({ id, object: 'model', created: 0, owned_by: id.split('/')[0] })) });
      return;
    }
    if (route !== 'POST /v1/chat/completions') throw new BridgeError(404, 'not_found', 'The editor\'s models answer GET /v1/models and POST /v1/chat/completions.');
    await this.#chat(request, response);
  }

  async #chat(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { model: id, messages, options, stop, stream } = parseBridgeRequest(await readBody(request));
    const model = (await this.models()).find((one) => one.id === id);
    if (!model) throw new BridgeError(404, 'model_not_found', `The editor has no model ${id} now.`, 'model');
    if (!this.isAllowed(id)) throw new BridgeError(403, 'no_consent', `Nobody has agreed to send texts of this workspace to ${id}.`);
    const gone = new AbortController();
    response.once('close', () => { gone.abort(); });
    const parts = untilStop(model.answer(messages, options, gone.signal), stop);
    await (stream ? sendStream(response, id, parts) : sendWhole(response, id, parts));
  }

  #knowsToken(request: IncomingMessage): boolean {
    const given = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? '';
    return timingSafeEqual(digest(given), digest(this.token));
  }
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
