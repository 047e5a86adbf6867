// What the Hub's API is asked: which commit a revision means, which files it has, and what identifies each.
import { refusedByHub, unreachable } from './problems';
import type { HubReference } from './reference';
import type { HubSettings } from './settings';

export interface RemoteFile {
  readonly name: string;
  readonly url: string;
  readonly bytes: number;
  /** Identifies the content; its name among the blobs. */
  readonly etag: string;
  refusal(answer: Response): Error;
}

export interface Revision { readonly commit: string; readonly files: readonly string[] }

const timeoutMs = 30_000;

export class Hub {
  constructor(readonly settings: HubSettings, readonly reference: HubReference) {}

  async revision(): Promise<Revision> {
    const { repository, revision } = this.reference;
    const answer = await this.#ask(`${this.settings.endpoint}/api/${this.reference.kind ?? 'model'}s/${repository}/revision/${encodeURIComponent(revision)}`, 'GET');
    const { sha, siblings } = (await answer.json()) as { sha?: unknown; siblings?: unknown };
    const files = (Array.isArray(siblings) ? siblings as unknown[] : []).map((file) => (file as { rfilename?: unknown } | null)?.rfilename);
    if (typeof sha !== 'string' || !/^[0-9a-f]{40}$/.test(sha) || !files.every((file) => typeof file === 'string')) throw unreachable(this.settings, new Error('its answer is none of the Hub'));
    return { commit: sha, files };
  }

  /** Asks without following to another host: the identity of a file is in the Hub's own answer. */
  async file(commit: string, name: string): Promise<RemoteFile> {
    const url = `${this.settings.endpoint}/${this.reference.kind === 'dataset' ? 'datasets/' : ''}${this.reference.repository}/resolve/${commit}/${name.split('/').map(encodeURIComponent).join('/')}`;
    let answer = await this.#ask(url, 'HEAD', name);
    for (let hops = 0; hops < 5 && isRelative(answer.headers.get('location')); hops++) answer = await this.#ask(new URL(answer.headers.get('location')!, url).href, 'HEAD', name);
    const etag = (answer.headers.get('x-linked-etag') ?? answer.headers.get('etag') ?? '').replace(/^W\//, '').replaceAll('"', '');
    const bytes = Number(answer.headers.get('x-linked-size') ?? answer.headers.get('content-length') ?? NaN);
    if (!/^[\w.-]+$/.test(etag) || etag.startsWith('.') || !Number.isSafeInteger(bytes) || bytes < 0) throw unreachable(this.settings, new Error(`its answer does not say what ${name} is`));
    return { name, url, bytes, etag, refusal: (refused) => this.#refusal(refused, name) };
  }

  async #ask(url: string, method: 'GET' | 'HEAD', file?: string): Promise<Response> {
    const headers = { 'accept-encoding': 'identity', ...(this.settings.token === undefined ? {} : { authorization: `Bearer ${this.settings.token}` }) };
    let answer: Response;
    try {
      answer = await fetch(url, { method, headers, redirect: method === 'HEAD' ? 'manual' : 'follow', signal: AbortSignal.timeout(timeoutMs) });
    } catch (error) {
      throw unreachable(this.settings, error);
    }
    if (answer.status >= 400) throw this.#refusal(answer, file);
    return answer;
  }

  #refusal(answer: Response, file?: string): Error {
    return refusedByHub(this.reference, answer.status, answer.headers.get('x-error-code') ?? undefined, this.settings, file);
  }
}

function isRelative(location: string | null): boolean {
  return location !== null && location.startsWith('/') && !location.startsWith('//');
}
