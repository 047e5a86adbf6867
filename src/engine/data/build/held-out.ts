// Which documents are kept out of training. Whole groups, drawn with the mix's seed; then every training document that
// shares a group or its text with a held-out one is removed, from every source.
import { RandomStream } from '../../../base/math/random';
import { mixError } from '../plan/place';
import type { MixPlan } from '../plan/plan';
import { increase, type Collected } from './collect';
import type { StoredDocument, TokenStore } from './token-store';

/** Documents of one store: those of a source left for training, or those of a held-out set. */
export interface Selection { readonly store: TokenStore; readonly documents: readonly StoredDocument[] }

export interface Split {
  readonly training: ReadonlyMap<string, Selection>;
  readonly heldOut: ReadonlyMap<string, Selection>;
}

/** Counts what it removes in `setAside` of each source: `held-out`, `group-held-out`, `equal-to-held-out`. */
export function splitHeldOut(plan: MixPlan, sources: ReadonlyMap<string, Collected>, ownFiles: ReadonlyMap<string, Collected>): Split {
  const heldOut = new Map<string, Selection>();
  const taken = new Map<TokenStore, Set<StoredDocument>>();
  for (const [name, set] of Object.entries(plan.mix.heldOut)) {
    if ('path' in set) {
      const { store } = ownFiles.get(name)!;
      heldOut.set(name, { store, documents: store.documents });
      continue;
    }
    const { store } = sources.get(set.source)!;
    const already = taken.get(store) ?? new Set<StoredDocument>();
    const free = store.documents.filter((document) => !already.has(document));
    const documents = drawGroups(free, set.fraction, RandomStream.of(plan.mix.seed, `mix/held-out/${name}`));
    if (documents.length === free.length) {
      throw mixError(plan.file, ['heldOut', name, 'fraction'], {
        code: 'mix-held-out-takes-all', value: String(set.fraction),
        message: free.length === 0 ? `source ${set.source} has no documents` : `this leaves no document of source ${set.source} for training, since groups stay whole`,
        next: 'Give the source more documents or groups, or hold out a smaller fraction.',
      });
    }
    documents.forEach((document) => already.add(document));
    taken.set(store, already);
    heldOut.set(name, { store, documents });
  }
  const groups = new Set<string>();
  const texts = new Set<string>();
  for (const { documents } of heldOut.values()) {
    for (const document of documents) {
      groups.add(document.group);
      texts.add(document.textHash);
    }
  }
  const training = new Map<string, Selection>();
  for (const [name, collected] of sources) {
    const reasonOf = (document: StoredDocument): string | undefined => {
      if (taken.get(collected.store)?.has(document)) return 'held-out';
      if (groups.has(document.group)) return 'group-held-out';
      return texts.has(document.textHash) ? 'equal-to-held-out' : undefined;
    };
    training.set(name, { store: collected.store, documents: remove(collected, reasonOf) });
  }
  return { training, heldOut };
}

/** Whole groups in random order until `fraction` of the documents is reached; at least one. */
function drawGroups(documents: readonly StoredDocument[], fraction: number, random: RandomStream): StoredDocument[] {
  const byGroup = new Map<string, StoredDocument[]>();
  for (const document of documents) {
    const members = byGroup.get(document.group);
    if (members) members.push(document);
    else byGroup.set(document.group, [document]);
  }
  const count = (list: readonly StoredDocument[]): number => new Set(list.map((document) => document.document)).size;
  const wanted = Math.max(1, Math.round(fraction * count(documents)));
  const drawn = new Set<string>();
  let have = 0;
  for (const group of random.shuffled([...byGroup.keys()].sort())) {
    if (have >= wanted) break;
    drawn.add(group);
    have += count(byGroup.get(group)!);
  }
  return documents.filter((document) => drawn.has(document.group));
}

/** Counts what is removed; returns what is left, of which the store is not told. */
export function remove(collected: Collected, reasonOf: (document: StoredDocument) => string | undefined): StoredDocument[] {
  const kept: StoredDocument[] = [];
  let last = -1;
  for (const document of collected.store.documents) {
    const reason = reasonOf(document);
    if (reason === undefined) {
      kept.push(document);
      continue;
    }
    collected.tokens -= document.length;
    collected.bytes -= document.bytes;
    // Pieces of one document are neighbours and share its fate.
    if (document.document !== last) {
      collected.documentsKept -= 1;
      increase(collected.setAside, reason);
    }
    last = document.document;
  }
  return kept;
}
