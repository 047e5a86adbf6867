// Caches of sequences that are done, so that a prompt that begins like an earlier one (the same examples, the same
// conversation, another option of the same question) costs what it has of its own. The least recently used go first.
import type { KeyValueCache } from '../../model';
import type { ScoredToken } from '../interfaces';
import { sharedLength } from '../likelihood-plan';

export interface KnownPrefix {
  readonly ids: readonly number[];
  /** Of the first `cache.length` tokens. */
  readonly cache: KeyValueCache;
  /** Of the first `cache.length + 1` tokens; empty when nobody asked, and then the prefix serves generation only. */
  readonly scored: readonly ScoredToken[];
  /** Sequences of another regime of rotary frequencies cannot share it. */
  readonly regime: number;
}

/** Below this a copy is not worth its place. */
export const fewestSharedTokens = 16;
const mostEntries = 16;

export class PrefixStore {
  #entries: KnownPrefix[] = [];

  constructor(readonly limitBytes: number) {}

  get entries(): readonly KnownPrefix[] {
    return this.#entries;
  }

  get bytes(): number {
    return this.#entries.reduce((sum, { cache }) => sum + cache.bytes, 0);
  }

  /** Takes the cache over, in place of entries that it begins with. Disposes it when it has no room. */
  add(added: KnownPrefix): void {
    if (added.cache.length < fewestSharedTokens || added.cache.bytes > this.limitBytes) {
      added.cache.dispose();
      return;
    }
    for (const old of this.#entries.filter((entry) => isCovered(entry, added))) this.#drop(old);
    this.#entries.push(added);
    while (this.#entries.length > mostEntries || this.bytes > this.limitBytes) this.#drop(this.#entries[0]!);
  }

  /** It is of use: others go first. */
  touch(entry: KnownPrefix): void {
    const at = this.#entries.indexOf(entry);
    if (at >= 0) this.#entries.push(...this.#entries.splice(at, 1));
  }

  clear(): void {
    for (const { cache } of this.#entries.splice(0)) cache.dispose();
  }

  #drop(entry: KnownPrefix): void {
    entry.cache.dispose();
    this.#entries = this.#entries.filter((one) => one !== entry);
  }
}

/** The one that shares most with the sequence, and how many tokens; undefined when none shares enough. With `top`, scores with as many alternatives are wanted too. */
export function longestPrefix(
  prefixes: readonly KnownPrefix[], ids: readonly number[], regime: number, top: number | undefined,
): { readonly prefix: KnownPrefix; readonly shared: number } | undefined {
  let best: { prefix: KnownPrefix; shared: number } | undefined;
  for (const prefix of prefixes) {
    if (prefix.regime !== regime || (top !== undefined && alternatives(prefix) < top)) continue;
    const shared = Math.min(sharedLength(prefix.ids, ids), prefix.cache.length);
    if (shared >= Math.max(fewestSharedTokens, (best?.shared ?? 0) + 1)) best = { prefix, shared };
  }
  return best;
}

/** Told of each token; −1 when it has no scores. */
function alternatives({ scored }: KnownPrefix): number {
  return scored.at(-1)?.top.length ?? -1;
}

function isCovered(old: KnownPrefix, by: KnownPrefix): boolean {
  return old.regime === by.regime && alternatives(old) <= alternatives(by) && old.cache.length <= by.cache.length && sharedLength(old.ids, by.ids) >= old.cache.length;
}
