// Who may speak to the server: this machine's programs that know the token, and no web page.
import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { foreignHeader } from '../../protocol/loopback';
import { HttpError } from './http-error';

/** Throws for a foreign Host, and for any Origin but the server's own. */
export function assertLocal(request: IncomingMessage, port: number): void {
  switch (foreignHeader(request.headers.host, request.headers.origin, port)) {
    case 'host': throw new HttpError(403, 'foreign_host', 'This server answers to its own loopback address only.');
    case 'origin': throw new HttpError(403, 'foreign_origin', 'This server does not answer web pages.');
    case undefined:
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
