// Reads a request's JSON body, never more of it than the limit.
import type { IncomingMessage } from 'node:http';
import { badRequest, HttpError } from './http-error';

/** Room for a batch of token-id prompts; bytes. */
export const largestBodyBytes = 8 * 1024 * 1024;

/** @param take told of each piece before it is kept; throws where there is no room. */
export async function readJsonBody(request: IncomingMessage, take: (bytes: number) => void = () => undefined, limitBytes = largestBodyBytes): Promise<unknown> {
  if (!/^application\/json\s*(?:;|$)/i.test(request.headers['content-type'] ?? '')) {
    throw new HttpError(415, 'unsupported_media_type', 'Send the body as content-type application/json.');
  }
  const tooLarge = new HttpError(413, 'body_too_large', `The body is larger than ${limitBytes} bytes.`, undefined, { connection: 'close' });
  if (Number(request.headers['content-length'] ?? 0) > limitBytes) throw tooLarge;
  const chunks: Buffer[] = [];
  let size = 0;
  // The stream must outlive the loop: destroying it would close the connection before the refusal is sent.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limitBytes) throw tooLarge;
    take(chunk.length);
    chunks.push(chunk);
  }
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
  } catch {
    throw badRequest(undefined, 'The body is not UTF-8.', 'invalid_encoding');
  }
  try {
    return JSON.parse(text);
  } catch {
    throw badRequest(undefined, 'The body is not JSON.', 'invalid_json');
  }
}
