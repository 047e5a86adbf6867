// A scripted endpoint on loopback: answers each request with the next of its replies and keeps what it was sent.
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Reply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Close the connection instead of answering, or after the body. */
  readonly cut?: 'before' | 'after';
  /** Never end the answer. */
  readonly hang?: boolean;
}

export interface Received { readonly path: string; readonly headers: IncomingHttpHeaders; readonly body: Record<string, unknown> }

export interface EndpointServer {
  readonly baseUrl: string;
  readonly received: Received[];
  /** Resolves when the first request has come. */
  readonly firstAsked: Promise<void>;
  /** Resolves when a client gives up a hanging answer. */
  readonly givenUp: Promise<void>;
  close(): Promise<void>;
}

export async function startEndpoint(replies: readonly Reply[]): Promise<EndpointServer> {
  const received: Received[] = [];
  const script = [...replies];
  let onGivenUp = (): void => undefined;
  const givenUp = new Promise<void>((resolve) => { onGivenUp = resolve; });
  let onFirst = (): void => undefined;
  const firstAsked = new Promise<void>((resolve) => { onFirst = resolve; });
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString('utf8');
      received.push({ path: request.url ?? '', headers: request.headers, body: text === '' ? {} : JSON.parse(text) as Record<string, unknown> });
      onFirst();
      const reply = script.length > 1 ? script.shift()! : script[0]!;
      if (reply.cut === 'before') {
        request.socket.destroy();
        return;
      }
      response.writeHead(reply.status ?? 200, { 'content-type': 'application/json', ...reply.headers });
      if (reply.cut === 'after' || reply.hang) {
        response.once('close', onGivenUp);
        response.write(reply.body ?? '', () => { if (reply.cut === 'after') request.socket.destroy(); });
      } else {
        response.end(reply.body ?? '');
      }
    });
  });
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`, received, firstAsked, givenUp,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => { server.close(resolve); });
    },
  };
}

export function chatReply(content: string): Reply {
  return { body: JSON.stringify({ model: 'm', choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }], usage: { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 } }) };
}
