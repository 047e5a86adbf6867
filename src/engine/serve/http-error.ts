// Refusals of the server, in the form OpenAI's clients read: {error: {message, type, param, code}}.
import type { ServerResponse } from 'node:http';

export class HttpError extends Error {
  constructor(
    readonly status: number,
    /** Reason in the manner of the OpenAI API, such as `context_length_exceeded`. */
    readonly code: string,
    message: string,
    /** The parameter at fault. */
    readonly param?: string,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
  }
}

export function badRequest(param: string | undefined, message: string, code = 'invalid_value'): HttpError {
  return new HttpError(400, code, message, param);
}

export function errorBody(error: HttpError): { readonly error: Readonly<Record<string, unknown>> } {
  return { error: { message: error.message, type: errorType(error.status), param: error.param ?? null, code: error.code } };
}

function errorType(status: number): string {
  if (status === 401 || status === 403) return 'authentication_error';
  if (status === 429 || status === 503) return 'rate_limit_error';
  return status >= 500 ? 'server_error' : 'invalid_request_error';
}

export function sendJson(response: ServerResponse, status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): void {
  if (response.headersSent || response.destroyed) return;
  const bytes = Buffer.from(JSON.stringify(body));
  response.writeHead(status, { ...headers, 'content-type': 'application/json; charset=utf-8', 'content-length': bytes.length, 'cache-control': 'no-store' });
  response.end(bytes);
}
