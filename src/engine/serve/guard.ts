// Who may speak to the server: this machine's programs that know the token, and no web page.
import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { HttpError } from './http-error';

const loopbackNames = ['127.0.0.1', 'localhost', '[::1]'];

/**
 * Throws for a foreign Host (a name that resolves here is how a web page gets round the same-origin rule: DNS rebinding)
 * and for any Origin but the server's own.
 */
export function assertLocal(request: IncomingMessage, port: number): void {
  const hosts = loopbackNames.map((name) => `${name}:${port}`);
  if (!hosts.includes((request.headers.host ?? '').toLowerCase())) {
    throw new HttpError(403, 'foreign_host', 'This server answers to its own loopback address only.');
  }
  const origin = request.headers.origin;
  if (origin !== undefined && !hosts.some((host) => origin.toLowerCase() === `http://${host}`)) {
    throw new HttpError(403, 'foreign_origin', 'This server does not answer web pages.');
  }
}

export function assertToken(request: IncomingMessage, token: string): void {
  const given = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? '';
  if (!timingSafeEqual(digest(given), digest(token))) {
    throw new HttpError(401, 'invalid_api_key', 'The bearer token is missing or wrong; it is in the file that was named when the server started.', undefined, { 'www-authenticate': 'Bearer' });
  }
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
