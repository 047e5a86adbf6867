// The files of a byte-level BPE as Hugging Face libraries read them: tokenizer.json (Rust, JavaScript),
// tokenizer_config.json and special_tokens_map.json (transformers, PreTrainedTokenizerFast).
import { mkdir, copyFile, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { splitPattern } from './pre-tokenize';

export interface SpecialTokens {
  /** Put before every text by the post-processor, when there is one. */
  readonly begin?: string;
  readonly end: string;
  /** `end` when left out. */
  readonly pad?: string;
  /** Tokens of a chat template. */
  readonly additional?: readonly string[];
}

/** Text of each file by its name. */
export type TokenizerFiles = Readonly<Record<'tokenizer.json' | 'tokenizer_config.json' | 'special_tokens_map.json', string>>;

export interface TokenizerContent {
  /** Tokens by id; special tokens come first. */
  readonly vocabulary: readonly string[];
  readonly merges: readonly (readonly [string, string])[];
  readonly specialTokens: SpecialTokens;
  readonly chatTemplate?: string | undefined;
}

const fileNames = ['tokenizer.json', 'tokenizer_config.json', 'special_tokens_map.json', 'chat_template.jinja', 'added_tokens.json'] as const;

export function tokenizerFiles(content: TokenizerContent): TokenizerFiles {
  const { begin, end, pad = end, additional = [] } = content.specialTokens;
  const named = { ...(begin === undefined ? {} : { bos_token: begin }), eos_token: end, pad_token: pad };
  const more = additional.length > 0 ? { additional_special_tokens: additional } : {};
  const config = {
    tokenizer_class: 'PreTrainedTokenizerFast',
    ...named,
    ...more,
    clean_up_tokenization_spaces: false,
    model_max_length: 1_000_000_000,
    ...(content.chatTemplate === undefined ? {} : { chat_template: content.chatTemplate }),
  };
  return {
    'tokenizer.json': toJson(tokenizerJson(content, new Set([...Object.values(named), ...additional]))),
    'tokenizer_config.json': toJson(config),
    'special_tokens_map.json': toJson({ ...named, ...more }),
  };
}

function tokenizerJson({ vocabulary, merges, specialTokens }: TokenizerContent, special: ReadonlySet<string>): object {
  const idOf = new Map(vocabulary.map((token, id) => [token, id]));
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: [...idOf].filter(([token]) => special.has(token))
      .map(([content, id]) => ({ id, content, single_word: false, lstrip: false, rstrip: false, normalized: false, special: true })),
    normalizer: null,
    pre_tokenizer: {
      type: 'Sequence',
      pretokenizers: [
        { type: 'Split', pattern: { Regex: splitPattern }, behavior: 'Isolated', invert: false },
        { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: false },
      ],
    },
    post_processor: specialTokens.begin === undefined ? null : beginProcessor(specialTokens.begin, idOf.get(specialTokens.begin)!),
    decoder: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true, use_regex: true },
    model: {
      type: 'BPE', dropout: null, unk_token: null, continuing_subword_prefix: null, end_of_word_suffix: null,
      fuse_unk: false, byte_fallback: false, ignore_merges: false,
      vocab: Object.fromEntries(idOf),
      merges: merges.map(([left, right]) => `${left} ${right}`),
    },
  };
}

function beginProcessor(token: string, id: number): object {
  const begin = { SpecialToken: { id: token, type_id: 0 } };
  const sequence = (name: string): object => ({ Sequence: { id: name, type_id: 0 } });
  return {
    type: 'TemplateProcessing',
    single: [begin, sequence('A')],
    pair: [begin, sequence('A'), sequence('B')],
    special_tokens: { [token]: { id: token, ids: [id], tokens: [token] } },
  };
}

function toJson(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

export async function saveTokenizer(files: TokenizerFiles, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [name, text] of Object.entries(files)) await writeFile(path.join(folder, name), text);
}

/** Copies the tokenizer of one checkpoint beside another: every file of it that is there. */
export async function copyTokenizerFiles(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  for (const name of fileNames) {
    if (existsSync(path.join(from, name))) await copyFile(path.join(from, name), path.join(to, name));
  }
}
