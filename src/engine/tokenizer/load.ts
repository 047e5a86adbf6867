// Opens the tokenizer of a Hugging Face checkpoint folder through the pure JavaScript port of the Rust library.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { Tokenizer as HuggingFaceTokenizer } from '@huggingface/tokenizers';
import { userError } from '../../base/errors/problem';
import { renderChat } from './chat-template';
import type { Tokenizer } from './tokenizer';

interface AddedToken { readonly id: number; readonly content: string; readonly special?: boolean }
interface TokenizerJson { readonly added_tokens?: readonly AddedToken[]; readonly [key: string]: unknown }
type ConfigJson = Readonly<Record<string, unknown>>;

export async function loadTokenizer(folder: string): Promise<Tokenizer> {
  const file = path.join(folder, 'tokenizer.json');
  const text = await readText(file);
  if (text === undefined) {
    throw userError({ code: 'tokenizer-not-found', file, message: 'there is no tokenizer.json', next: 'Name a folder that holds tokenizer.json and tokenizer_config.json.' });
  }
  const json = parseObject(text, file) as TokenizerJson;
  const config = await readConfig(folder);
  const open = (content: TokenizerJson): HuggingFaceTokenizer => openTokenizer(content, config, file);
  const main = open(json);
  const special = new Map((json.added_tokens ?? []).filter((token) => token.special).map((token) => [token.content, token.id]));
  const tokenNamed = (name: string): { text: string; id: number } | undefined => {
    const value = config[name];
    const content = typeof value === 'object' && value !== null && 'content' in value ? value.content : value;
    if (typeof content !== 'string') return undefined;
    const id = main.token_to_id(content);
    if (id === undefined) {
      throw userError({ code: 'tokenizer-unknown-token', file: path.join(folder, 'tokenizer_config.json'), key: name, value: content, message: 'the vocabulary has no such token', next: 'Use the tokenizer.json that belongs to this tokenizer_config.json.' });
    }
    return { text: content, id };
  };
  const [begin, end, pad] = [tokenNamed('bos_token'), tokenNamed('eos_token'), tokenNamed('pad_token')];
  if (!end) {
    throw userError({ code: 'tokenizer-no-end', file: path.join(folder, 'tokenizer_config.json'), key: 'eos_token', message: 'no end-of-sequence token is named', next: 'Add eos_token: documents and answers end with it.' });
  }
  const chatTemplate = await readChatTemplate(folder, config);
  const around = specialsAround(main);
  let plain: HuggingFaceTokenizer | undefined;
  const tokens = { bos_token: begin?.text ?? '', eos_token: end.text, pad_token: pad?.text ?? '' };
  return {
    vocabularySize: largestId(main) + 1,
    beginId: begin?.id,
    endId: end.id,
    padId: pad?.id ?? end.id,
    specialTokens: special,
    hash: createHash('sha256').update(text).digest('hex'),
    chatTemplate,
    encode(input, { addSpecialTokens = false, specialTokensAsText = false } = {}) {
      if (!specialTokensAsText) return main.encode(input, { add_special_tokens: addSpecialTokens }).ids;
      plain ??= open({ ...json, added_tokens: (json.added_tokens ?? []).filter((token) => !token.special) });
      const { ids } = plain.encode(input, { add_special_tokens: false });
      return addSpecialTokens ? [...around.before, ...ids, ...around.after] : ids;
    },
    decode(ids, { keepSpecialTokens = false } = {}) {
      if (ids.length === 0) return '';
      return main.decode([...ids], { skip_special_tokens: !keepSpecialTokens, clean_up_tokenization_spaces: config['clean_up_tokenization_spaces'] === true });
    },
    renderChat(messages, options = {}) {
      const template = options.chatTemplate ?? chatTemplate;
      if (template === undefined) {
        throw userError({ code: 'chat-template-missing', file: path.join(folder, 'tokenizer_config.json'), key: 'chat_template', message: 'the tokenizer has no chat template', next: 'Give template.chatTemplate in the mix, or use a tokenizer that has one.' });
      }
      return renderChat({ template, messages, addGenerationPrompt: options.addGenerationPrompt ?? false, tokens, file: folder });
    },
  };
}

function openTokenizer(content: TokenizerJson, config: ConfigJson, file: string): HuggingFaceTokenizer {
  try {
    return new HuggingFaceTokenizer(content, config);
  } catch (error) {
    throw userError({ code: 'tokenizer-not-readable', file, message: `this tokenizer cannot be opened: ${(error as Error).message}`, next: 'Save it again as tokenizer.json with the tokenizers library.' });
  }
}

function largestId(tokenizer: HuggingFaceTokenizer): number {
  let largest = 0;
  for (const id of tokenizer.get_vocab().values()) largest = Math.max(largest, id);
  return largest;
}

/** Ids the post-processor puts before and after a text. */
function specialsAround(tokenizer: HuggingFaceTokenizer): { before: number[]; after: number[] } {
  const bare = tokenizer.encode('a', { add_special_tokens: false }).ids;
  const { ids } = tokenizer.encode('a', { add_special_tokens: true });
  const at = ids.findIndex((_, start) => bare.every((id, i) => ids[start + i] === id));
  return { before: ids.slice(0, at), after: ids.slice(at + bare.length) };
}

/** tokenizer_config.json, with the tokens of special_tokens_map.json where it names none. */
async function readConfig(folder: string): Promise<ConfigJson> {
  let config: ConfigJson = {};
  for (const name of ['special_tokens_map.json', 'tokenizer_config.json']) {
    const text = await readText(path.join(folder, name));
    if (text !== undefined) config = { ...config, ...parseObject(text, path.join(folder, name)) };
  }
  return config;
}

/** chat_template.jinja wins; a list of named templates gives the one called `default`. */
async function readChatTemplate(folder: string, config: ConfigJson): Promise<string | undefined> {
  const own = await readText(path.join(folder, 'chat_template.jinja'));
  if (own !== undefined) return own;
  const template: unknown = config['chat_template'];
  if (typeof template === 'string') return template;
  if (!Array.isArray(template)) return undefined;
  const named = template as readonly { readonly name?: unknown; readonly template?: unknown }[];
  const chosen = named.find((one) => one.name === 'default')?.template;
  return typeof chosen === 'string' ? chosen : undefined;
}

async function readText(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw userError({ code: 'tokenizer-not-readable', file, message: (error as Error).message, next: 'Check that the file may be read.' });
  }
}

function parseObject(text: string, file: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
    throw new Error('it is not a JSON object');
  } catch (error) {
    throw userError({ code: 'tokenizer-not-readable', file, message: `the file is not what a tokenizer needs: ${(error as Error).message}`, next: 'Save the tokenizer again.' });
  }
}
