// A tokenizer.json as llama.cpp's metadata: byte-level BPE as `gpt2`, SentencePiece-like BPE as `llama`.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { splitPattern, type Tokenizer } from '../tokenizer';
import type { GgufValue } from './write';

/** Kinds of token of llama.cpp. */
const kinds = { normal: 1, unknown: 2, control: 3, userDefined: 4, unused: 5, byte: 6 } as const;

interface TokenizerJson {
  readonly model: { readonly vocab: Readonly<Record<string, number>>; readonly merges: readonly (string | readonly [string, string])[]; readonly byte_fallback?: boolean; readonly unk_token?: string | null };
  readonly added_tokens?: readonly { readonly id: number; readonly content: string; readonly special?: boolean }[];
  readonly normalizer?: unknown;
  readonly pre_tokenizer?: unknown;
}

/** Names llama.cpp gives to patterns that cut text before the merges, by something only that pattern has. */
const patternNames: readonly (readonly [string, string])[] = [
  [splitPattern, 'gpt-2'], ["(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}|", 'llama-bpe'], ['[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*[\\p{Ll}', 'tekken'],
];

/** @param size rows of the embedding; ids without a token are filled up. The folder's tokenizer must have been opened, which checks it. */
export async function ggufTokenizer(folder: string, tokenizer: Tokenizer, size: number): Promise<{ metadata: Map<string, GgufValue>; notes: string[] }> {
  const json = JSON.parse(await readFile(path.join(folder, 'tokenizer.json'), 'utf8')) as TokenizerJson;
  const merges = json.model.merges.map((merge) => (typeof merge === 'string' ? merge : merge.join(' ')));
  const { tokens, types } = tokenList(json, size);
  const metadata = new Map<string, GgufValue>();
  const notes: string[] = [];
  if (json.model.byte_fallback === true) {
    metadata.set('tokenizer.ggml.model', { text: 'llama' });
    metadata.set('tokenizer.ggml.pre', { text: 'default' });
    metadata.set('tokenizer.ggml.scores', { floats: scoresOf(tokens, merges) });
    metadata.set('tokenizer.ggml.add_space_prefix', { flag: tokenizer.encode('a').join() === tokenizer.encode(' a').join() || hasPrefix(json) });
  } else {
    const text = JSON.stringify(json.pre_tokenizer ?? null);
    const name = patternNames.find(([part]) => text.includes(JSON.stringify(part).slice(1, -1)))?.[1];
    if (name === undefined) notes.push('llama.cpp has no name for how this tokenizer cuts text; its own default may give other ids.');
    metadata.set('tokenizer.ggml.model', { text: 'gpt2' });
    metadata.set('tokenizer.ggml.pre', { text: name ?? 'default' });
    metadata.set('tokenizer.ggml.merges', { texts: merges });
  }
  metadata.set('tokenizer.ggml.tokens', { texts: tokens });
  metadata.set('tokenizer.ggml.token_type', { integers: types });
  const begins = tokenizer.encode('', { addSpecialTokens: true });
  const ids = { bos: tokenizer.beginId, eos: tokenizer.endId, padding: tokenizer.padId, unknown: unknownId(json) };
  for (const [name, id] of Object.entries(ids)) if (id !== undefined) metadata.set(`tokenizer.ggml.${name}_token_id`, { count: id });
  metadata.set('tokenizer.ggml.add_bos_token', { flag: tokenizer.beginId !== undefined && begins[0] === tokenizer.beginId });
  metadata.set('tokenizer.ggml.add_eos_token', { flag: begins.at(-1) === tokenizer.endId });
  if (tokenizer.chatTemplate !== undefined) metadata.set('tokenizer.chat_template', { text: tokenizer.chatTemplate });
  return { metadata, notes };
}

function tokenList({ model, added_tokens: added = [] }: TokenizerJson, size: number): { tokens: string[]; types: number[] } {
  const tokens = Array.from({ length: size }, (_, id) => `[PAD${id}]`);
  const types = new Array<number>(size).fill(kinds.unused);
  for (const [token, id] of Object.entries(model.vocab)) {
    tokens[id] = token;
    types[id] = model.byte_fallback === true && /^<0x[0-9A-F]{2}>$/.test(token) ? kinds.byte : kinds.normal;
  }
  for (const { id, content, special } of added) {
    tokens[id] = content;
    types[id] = special === true ? kinds.control : kinds.userDefined;
  }
  const unknown = unknownId({ model });
  if (unknown !== undefined) types[unknown] = kinds.unknown;
  return { tokens, types };
}

function unknownId({ model }: Pick<TokenizerJson, 'model'>): number | undefined {
  return model.vocab[model.unk_token ?? ''];
}

/** llama.cpp merges the neighbours whose token scores highest: the earlier a token was learnt, the higher. */
function scoresOf(tokens: readonly string[], merges: readonly string[]): number[] {
  const rankOf = new Map<string, number>();
  merges.forEach((merge, rank) => {
    const token = merge.replace(' ', '');
    if (!rankOf.has(token)) rankOf.set(token, rank);
  });
  return tokens.map((token) => -(rankOf.get(token) ?? (/^<0x[0-9A-F]{2}>$/.test(token) ? 0 : merges.length)));
}

/** Whether a space is put before the text. */
function hasPrefix({ normalizer, pre_tokenizer: preTokenizer }: TokenizerJson): boolean {
  const text = JSON.stringify([normalizer ?? null, preTokenizer ?? null]);
  return /"type":"Prepend"|"prepend_scheme":"(first|always)"/.test(text);
}
