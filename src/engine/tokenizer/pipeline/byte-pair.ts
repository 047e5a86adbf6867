// Byte-pair encoding of one piece as the tokenizers library does it: of all neighbours the pair learnt first is merged, of
// equal ones the leftmost; characters the vocabulary lacks become their bytes, or the unknown token.
import { isObject, textOf, TokenizerProblem, type Json, type Part } from './json';
import { idLimit } from './added-tokens';
import { NumberHeap } from './number-heap';

/** Places in a piece stay below this, so that a rank and a place are one exact number. */
const placeLimit = 2 ** 27;
const longestCached = 64;
const mostCached = 20_000;

interface Settings {
  readonly unknownId: number | undefined;
  readonly fuseUnknown: boolean;
  readonly byteFallback: boolean;
  /** A piece that is a token is taken whole. */
  readonly ignoreMerges: boolean;
}

export class BytePairEncoder {
  readonly #rankOf = new Map<number, number>();
  readonly #mergedOf: number[] = [];
  readonly #cache = new Map<string, readonly number[]>();
  readonly #utf8 = new TextEncoder();

  private constructor(readonly vocabulary: ReadonlyMap<string, number>, merges: readonly (readonly [string, string])[], readonly settings: Settings) {
    merges.forEach(([left, right], rank) => {
      const [leftId, rightId, merged] = [left, right, left + right].map((token) => {
        const id = vocabulary.get(token);
        if (id === undefined) throw new TokenizerProblem(`model.merges[${rank}]`, 'the vocabulary lacks a token of this merge', token);
        return id;
      }) as [number, number, number];
      this.#rankOf.set(leftId * idLimit + rightId, rank);
      this.#mergedOf[rank] = merged;
    });
  }

  /** Reads the `model` of tokenizer.json. */
  static read(part: Part): BytePairEncoder {
    const { json } = part;
    if (part.type !== 'BPE') throw new TokenizerProblem('model.type', 'only byte-pair encoding (BPE) is supported', part.type);
    for (const key of ['dropout', 'continuing_subword_prefix', 'end_of_word_suffix']) {
      if (json[key] !== undefined && json[key] !== null && json[key] !== '') throw new TokenizerProblem(`model.${key}`, 'this setting is not supported', JSON.stringify(json[key]));
    }
    const vocabulary = readVocabulary(json);
    const unknown = json['unk_token'] === undefined || json['unk_token'] === null ? undefined : textOf(part, 'unk_token');
    if (unknown !== undefined && !vocabulary.has(unknown)) throw new TokenizerProblem('model.unk_token', 'the vocabulary has no such token', unknown);
    return new BytePairEncoder(vocabulary, readMerges(json), {
      unknownId: unknown === undefined ? undefined : vocabulary.get(unknown), fuseUnknown: json['fuse_unk'] === true,
      byteFallback: json['byte_fallback'] === true, ignoreMerges: json['ignore_merges'] === true,
    });
  }

  encode(piece: string): readonly number[] {
    const known = this.#cache.get(piece);
    if (known !== undefined) return known;
    const whole = this.settings.ignoreMerges ? this.vocabulary.get(piece) : undefined;
    const ids = whole !== undefined ? [whole] : this.#merge(this.#characters(piece));
    if (piece.length <= longestCached) {
      if (this.#cache.size >= mostCached) this.#cache.clear();
      this.#cache.set(piece, ids);
    }
    return ids;
  }

  /** Ids of the single characters. */
  #characters(piece: string): number[] {
    const { unknownId, fuseUnknown, byteFallback } = this.settings;
    const ids: number[] = [];
    let afterUnknown = false;
    for (const character of piece) {
      const id = this.vocabulary.get(character);
      const bytes = id === undefined && byteFallback ? this.#bytes(character) : undefined;
      const isUnknown = id === undefined && bytes === undefined;
      if (id !== undefined) ids.push(id);
      else if (bytes !== undefined) ids.push(...bytes);
      else if (unknownId !== undefined && !(fuseUnknown && afterUnknown)) ids.push(unknownId);
      afterUnknown = isUnknown;
    }
    return ids;
  }

  /** Undefined when a byte has no token. */
  #bytes(character: string): number[] | undefined {
    const ids = Array.from(this.#utf8.encode(character), (byte) => this.vocabulary.get(byteToken(byte)));
    return ids.every((id) => id !== undefined) ? ids : undefined;
  }

  #merge(ids: number[]): number[] {
    const next = Int32Array.from(ids, (_, place) => place + 1);
    const before = Int32Array.from(ids, (_, place) => place - 1);
    const heap = new NumberHeap();
    const rankAt = (place: number): number | undefined => {
      const right = next[place]!;
      return right < ids.length ? this.#rankOf.get(ids[place]! * idLimit + ids[right]!) : undefined;
    };
    const offer = (place: number): void => {
      const rank = rankAt(place);
      if (rank !== undefined) heap.push(rank * placeLimit + place);
    };
    for (let place = 0; place < ids.length; place++) offer(place);
    for (let best = heap.pop(); best !== undefined; best = heap.pop()) {
      const place = best % placeLimit;
      const rank = Math.floor(best / placeLimit);
      // The pair may have changed since it was offered, or its first half be gone.
      if (ids[place] === -1 || rankAt(place) !== rank) continue;
      const right = next[place]!;
      ids[place] = this.#mergedOf[rank]!;
      ids[right] = -1;
      next[place] = next[right]!;
      if (next[place] < ids.length) before[next[place]] = place;
      offer(place);
      if (before[place]! >= 0) offer(before[place]!);
    }
    return ids.filter((id) => id >= 0);
  }
}

/** How vocabularies made from SentencePiece spell a byte. */
function byteToken(byte: number): string {
  return `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`;
}

function readVocabulary(json: Json): Map<string, number> {
  const vocab = json['vocab'];
  if (!isObject(vocab)) throw new TokenizerProblem('model.vocab', 'this must be an object of tokens and their ids');
  const vocabulary = new Map<string, number>();
  for (const [token, id] of Object.entries(vocab)) {
    if (typeof id !== 'number' || !Number.isInteger(id) || id < 0 || id >= idLimit) throw new TokenizerProblem('model.vocab', 'an id must be a whole number below 2^24', token);
    vocabulary.set(token, id);
  }
  return vocabulary;
}

/** Merges are pairs, or in older files texts with a space between the two. */
function readMerges(json: Json): (readonly [string, string])[] {
  const merges = json['merges'];
  if (!Array.isArray(merges)) throw new TokenizerProblem('model.merges', 'this must be a list');
  return merges.map((merge: unknown, rank) => {
    const pair: unknown[] = typeof merge === 'string' ? merge.split(' ') : Array.isArray(merge) ? merge : [];
    const [left, right] = pair;
    if (pair.length !== 2 || typeof left !== 'string' || typeof right !== 'string') throw new TokenizerProblem(`model.merges[${rank}]`, 'a merge is a pair of tokens');
    return [left, right];
  });
}
