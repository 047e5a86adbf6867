// A server that speaks as much of the Hub's API as a download needs, over models and data sets given as files, with faults on demand.
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface HubRequest { readonly method: string; readonly url: string; readonly range: string | undefined; readonly token: string | undefined }

export interface Faults {
  /** Ends the connection after this many bytes of each answer with content. */
  cutAfterBytes?: number;
  /** Sends the whole file whatever range is asked for. */
  ignoresRanges?: boolean;
  /** Sends this in place of the content, under the identity of the right one. */
  content?: Buffer;
  /** Answers with this and nothing else. */
  status?: { readonly status: number; readonly code?: string };
}

export const commit = 'c0ffee0123456789c0ffee0123456789c0ffee01';
export const privateToken = 'hf_secret';

/** The identity of a file: SHA-256 of a large one, git's SHA-1 of a small one. */
export function etagOf(content: Buffer, isLarge: boolean): string {
  return isLarge ? createHash('sha256').update(content).digest('hex') : createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex');
}

export class HubServer {
  readonly requests: HubRequest[] = [];
  faults: Faults = {};
  readonly #server = createServer((request, response) => { this.#answer(request, response); });

  /** @param models files of each model by `org/name`; weights and Parquet are large ones, kept on another path. */
  constructor(readonly models: Readonly<Record<string, Readonly<Record<string, Buffer>>>>) {}

  async start(): Promise<string> {
    await new Promise<void>((resolve) => { this.#server.listen(0, '127.0.0.1', resolve); });
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  stop(): Promise<void> {
    this.#server.closeAllConnections();
    return new Promise((resolve) => { this.#server.close(() => { resolve(); }); });
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const { method = '', url = '', headers } = request;
    const token = headers.authorization?.replace(/^Bearer /, '');
    this.requests.push({ method, url, range: headers.range, token });
    const refuse = (status: number, code?: string): void => { response.writeHead(status, code === undefined ? {} : { 'x-error-code': code }).end(); };
    if (this.faults.status) { refuse(this.faults.status.status, this.faults.status.code); return; }
    const [, large, kind, repository, revision, file] = /^\/(large\/)?(api\/models\/|api\/datasets\/|datasets\/)?([^/]+\/[^/]+)\/(?:revision|resolve)\/(refs\/convert\/parquet|[^/]+)(?:\/(.+))?$/.exec(decodeURIComponent(url)) ?? [];
    const files = this.models[repository ?? ''];
    if (files === undefined || (repository!.startsWith('private/') && token !== privateToken && large === undefined)) refuse(401, 'RepoNotFound');
    else if (revision !== 'main' && revision !== 'refs/convert/parquet' && revision !== commit) refuse(404, 'RevisionNotFound');
    else if (kind?.startsWith('api/')) response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ sha: commit, siblings: Object.keys(files).map((rfilename) => ({ rfilename })) }));
    else if (files[file!] === undefined) refuse(404, 'EntryNotFound');
    else this.#sendFile(method, url, file!, files[file!]!, large !== undefined, headers.range, response);
  }

  #sendFile(method: string, url: string, name: string, content: Buffer, isRedirected: boolean, range: string | undefined, response: ServerResponse): void {
    const isLarge = /\.(?:safetensors|parquet)$/.test(name);
    const etag = etagOf(content, isLarge);
    if (isLarge && !isRedirected) {
      response.writeHead(302, { location: `/large${url}?signed=yes`.replace('?signed=yes', ''), 'x-linked-etag': `"${etag}"`, 'x-linked-size': content.length, 'x-repo-commit': commit }).end();
      return;
    }
    const sent = this.faults.content ?? content;
    const first = range === undefined || this.faults.ignoresRanges ? 0 : Number(/^bytes=(\d+)-$/.exec(range)![1]);
    const part = sent.subarray(first);
    response.writeHead(first > 0 ? 206 : 200, { etag: `"${etag}"`, 'content-length': method === 'HEAD' ? content.length : part.length, 'x-repo-commit': commit });
    if (method === 'HEAD') { response.end(); return; }
    const cut = this.faults.cutAfterBytes;
    if (cut === undefined || part.length <= cut) response.end(part);
    else response.write(part.subarray(0, cut), () => { response.socket?.end(); });
  }
}
