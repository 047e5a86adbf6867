// A request with any headers, for what a well-behaved client would never send.
import http from 'node:http';

export interface RawAnswer { readonly status: number; readonly headers: http.IncomingHttpHeaders; readonly body: string }

export interface RawRequest {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

export async function rawRequest(url: string, { method, headers = {}, body }: RawRequest = {}): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const request = http.request(url, { method: method ?? (body === undefined ? 'GET' : 'POST'), headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => { resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks).toString('utf8') }); });
    });
    request.once('error', reject);
    request.end(body);
  });
}
