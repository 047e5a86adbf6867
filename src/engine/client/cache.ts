// Answers of models kept on disk by the whole request and the model's identity, so that nothing is asked and paid for
// twice. Private: answers may speak of patients. Entries that nobody read for a while are removed.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { privateFileMode, privateFolderMode, temporaryBeside } from '../../runs/files/atomic';
import type { ModelClient } from './client';
import type { Answer, Embeddings } from './wire';

const dayMs = 24 * 60 * 60_000;
export const defaultRetentionDays = 30;
/** Raised when what is kept changes its form. */
const form = 1;

export interface CacheContent { readonly answers: number; readonly bytes: number }

export class AnswerCache {
  /** @param folder made when the first answer is kept. */
  constructor(private readonly folder: string) {}

  static key(identity: string, path: string, request: unknown): string {
    return createHash('sha256').update(JSON.stringify([form, identity, path, request])).digest('hex');
  }

  /** Undefined when it is not there or cannot be read. Reading is what keeps it. */
  get(key: string): unknown {
    const file = this.#file(key);
    try {
      const value = JSON.parse(readFileSync(file, 'utf8')) as unknown;
      const now = new Date();
      utimesSync(file, now, now);
      return value;
    } catch {
      return undefined;
    }
  }

  /** Not flushed: an entry that a crash left in pieces is asked for again. */
  put(key: string, value: unknown): void {
    const file = this.#file(key);
    mkdirSync(path.dirname(file), { recursive: true, mode: privateFolderMode });
    const temporary = temporaryBeside(file);
    writeFileSync(temporary, JSON.stringify(value), { mode: privateFileMode });
    renameSync(temporary, file);
  }

  /** Removes what nobody read for so long. */
  removeOlderThan(days: number, now = Date.now()): CacheContent {
    return this.#remove((file) => statSync(file).mtimeMs < now - days * dayMs);
  }

  clear(): CacheContent {
    const content = this.content();
    rmSync(this.folder, { recursive: true, force: true });
    return content;
  }

  content(): CacheContent {
    return this.#files().reduce<CacheContent>(({ answers, bytes }, file) => ({ answers: answers + 1, bytes: bytes + statSync(file).size }), { answers: 0, bytes: 0 });
  }

  #remove(isOld: (file: string) => boolean): CacheContent {
    let answers = 0;
    let bytes = 0;
    for (const file of this.#files()) {
      if (!isOld(file)) continue;
      bytes += statSync(file).size;
      answers += 1;
      rmSync(file, { force: true });
    }
    return { answers, bytes };
  }

  #files(): string[] {
    if (!existsSync(this.folder)) return [];
    return readdirSync(this.folder, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory()
      ? readdirSync(path.join(this.folder, entry.name)).filter((name) => name.endsWith('.json')).map((name) => path.join(this.folder, entry.name, name)) : []));
  }

  /** A folder for each first two digits, since a folder of 50,000 files is slow to list. */
  #file(key: string): string {
    return path.join(this.folder, key.slice(0, 2), `${key}.json`);
  }
}

/**
 * The same client, asking only what is not kept. Sampled answers are kept too: their seed is part of the request.
 * @param identity name and content of the model, since an address may be another each time.
 * @param askAgain keep what comes and take nothing of what is kept.
 */
export function cachedClient(client: ModelClient, cache: AnswerCache, identity: string, askAgain = false): ModelClient {
  const find = (key: string): unknown => (askAgain ? undefined : cache.get(key));
  const kept = async (path: string, request: unknown, ask: () => Promise<Answer>): Promise<Answer> => {
    const key = AnswerCache.key(identity, path, request);
    const known = find(key);
    if (isAnswer(known)) return { ...known, isKept: true };
    const answer = await ask();
    cache.put(key, answer);
    return answer;
  };
  return {
    ...client,
    chat: (request, options) => kept('/chat/completions', request, () => client.chat(request, options)),
    complete: (request, options) => kept('/completions', request, () => client.complete(request, options)),
    async embed(texts, options): Promise<Embeddings> {
      const keys = texts.map((text) => AnswerCache.key(identity, '/embeddings', [client.model, text]));
      const vectors = keys.map((key) => vectorFrom(find(key)));
      const open = texts.flatMap((text, place) => (vectors[place] ? [] : [{ text, place }]));
      if (open.length === 0) return { vectors: vectors.map((vector) => vector!), usage: undefined };
      const made = await client.embed(open.map(({ text }) => text), options);
      for (const [index, { place }] of open.entries()) {
        vectors[place] = made.vectors[index]!;
        cache.put(keys[place]!, { vector: [...made.vectors[index]!] });
      }
      return { vectors: vectors.map((vector) => vector!), usage: made.usage };
    },
  };
}

function isAnswer(value: unknown): value is Answer {
  const choices = (value as { choices?: unknown } | undefined)?.choices;
  return Array.isArray(choices) && choices.length > 0 && choices.every((choice: unknown) => typeof (choice as { text?: unknown } | null)?.text === 'string');
}

function vectorFrom(value: unknown): Float32Array | undefined {
  const vector = (value as { vector?: unknown } | undefined)?.vector;
  return Array.isArray(vector) && vector.every((one) => typeof one === 'number') ? Float32Array.from(vector) : undefined;
}
