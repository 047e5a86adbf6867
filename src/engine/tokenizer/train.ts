// Trains a byte-level BPE: no randomness, no dependence on the order of the texts beyond what is in them. With the same
// pre-tokenizer and alphabet the Rust BpeTrainer learns the same merges (test/reference/make_tokenizer.py compares).
import { characterOfByte, toByteCharacters } from './byte-alphabet';
import { tokenizerFiles, type SpecialTokens, type TokenizerFiles } from './files';
import { MergeTable } from './merge-table';
import { preTokenize } from './pre-tokenize';

export interface TokenizerTrainingSettings {
  /** Special tokens, 256 bytes and merges together; fewer come out when no pair is frequent enough. */
  readonly vocabularySize: number;
  readonly specialTokens: SpecialTokens;
  /** Least occurrences of a pair that is merged; default 2. */
  readonly minimumFrequency?: number;
  /** Jinja chat template written into tokenizer_config.json. */
  readonly chatTemplate?: string;
}

export function trainByteLevelBpe(texts: Iterable<string>, settings: TokenizerTrainingSettings): TokenizerFiles {
  const { specialTokens } = settings;
  const special = [specialTokens.begin, specialTokens.end, specialTokens.pad, ...(specialTokens.additional ?? [])]
    .filter((token, index, all) => token !== undefined && all.indexOf(token) === index);
  const vocabulary = [...special, ...[...characterOfByte].sort()] as string[];
  if (settings.vocabularySize < vocabulary.length) {
    throw new RangeError(`A byte-level vocabulary with ${special.length} special tokens has at least ${vocabulary.length} entries, not ${settings.vocabularySize}.`);
  }
  const idOf = new Map(vocabulary.map((token, id) => [token, id]));
  const table = wordTable(texts, idOf);
  const merges: [string, string][] = [];
  while (vocabulary.length < settings.vocabularySize) {
    const pair = table.next(settings.minimumFrequency ?? 2);
    if (!pair) break;
    const [left, right] = [vocabulary[pair.left]!, vocabulary[pair.right]!];
    merges.push([left, right]);
    // Two merges may spell the same token; it keeps its first id.
    const merged = idOf.get(left + right) ?? vocabulary.push(left + right) - 1;
    idOf.set(left + right, merged);
    table.merge(pair.left, pair.right, merged);
  }
  return tokenizerFiles({ vocabulary, merges, specialTokens, chatTemplate: settings.chatTemplate });
}

function wordTable(texts: Iterable<string>, idOf: ReadonlyMap<string, number>): MergeTable {
  const frequencyOf = new Map<string, number>();
  for (const text of texts) {
    for (const piece of preTokenize(text)) frequencyOf.set(piece, (frequencyOf.get(piece) ?? 0) + 1);
  }
  const words = Array.from(frequencyOf.keys(), (piece) => Array.from(toByteCharacters(piece), (character) => idOf.get(character)!));
  return new MergeTable(words, [...frequencyOf.values()]);
}
