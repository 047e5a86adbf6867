// Opens the tokenizer of a Hugging Face checkpoint folder: tokenizer.json and the settings and chat template beside it.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { userError } from '../../base/errors/problem';
import { renderChat } from './chat-template';
import { TokenizerPipeline, TokenizerProblem } from './pipeline';
import type { Tokenizer } from './tokenizer';

type ConfigJson = Readonly<Record<string, unknown>>;

export async function loadTokenizer(folder: string): Promise<Tokenizer> {
  const file = path.join(folder, 'tokenizer.json');
  const text = await readText(file);
  if (text === undefined) {
    throw userError({ code: 'tokenizer-not-found', file, message: 'there is no tokenizer.json', next: 'Name a folder that holds tokenizer.json and tokenizer_config.json.' });
  }
  const pipeline = openPipeline(parseObject(text, file), file);
  const { config, sayers } = await readConfig(folder);
  const configFile = path.join(folder, 'tokenizer_config.json');
  const tokenNamed = (name: string): { text: string; id: number } | undefined => {
    const value = config[name];
    const content = typeof value === 'object' && value !== null && 'content' in value ? value.content : value;
    if (typeof content !== 'string') return undefined;
    const id = pipeline.idOf(content);
    if (id === undefined) {
      throw userError({ code: 'tokenizer-unknown-token', file: path.join(folder, sayers.get(name)!), key: name, value: content, message: 'the vocabulary has no such token', next: 'Use the tokenizer.json that belongs to this file.' });
    }
    return { text: content, id };
  };
  const [begin, end, pad] = [tokenNamed('bos_token'), tokenNamed('eos_token'), tokenNamed('pad_token')];
  if (!end) {
    throw userError({ code: 'tokenizer-no-end', file: configFile, key: 'eos_token', message: 'no end-of-sequence token is named', next: 'Add eos_token: documents and answers end with it.' });
  }
  const chat = await readChatTemplate(folder, config, configFile);
  const tokens = { bos_token: begin?.text ?? '', eos_token: end.text, pad_token: pad?.text ?? '' };
  const { before, after } = pipeline.around;
  return {
    vocabularySize: pipeline.vocabularySize,
    beginId: begin?.id,
    endId: end.id,
    padId: pad?.id ?? end.id,
    specialTokens: new Map(pipeline.addedTokens.filter((token) => token.special).map((token) => [token.content, token.id])),
    hash: createHash('sha256').update(text).digest('hex'),
    chatTemplate: chat?.template,
    encode(input, { addSpecialTokens = false, specialTokensAsText = false } = {}) {
      const ids = pipeline.encode(input, specialTokensAsText);
      return addSpecialTokens ? [...before, ...ids, ...after] : ids;
    },
    decode(ids, { keepSpecialTokens = false } = {}) {
      const decoded = pipeline.decode(ids, keepSpecialTokens);
      return config['clean_up_tokenization_spaces'] === true ? cleanUpSpaces(decoded) : decoded;
    },
    renderChat(messages, options = {}) {
      const template = options.chatTemplate ?? chat?.template;
      if (template === undefined) {
        throw userError({ code: 'chat-template-missing', file: configFile, key: 'chat_template', message: 'the tokenizer has no chat template', next: 'Give template.chatTemplate in the mix, or use a tokenizer that has one.' });
      }
      const source = options.chatTemplate === undefined ? chat?.file : undefined;
      return renderChat({ template, messages, addGenerationPrompt: options.addGenerationPrompt ?? false, tokens, file: source });
    },
  };
}

function openPipeline(json: ConfigJson, file: string): TokenizerPipeline {
  try {
    return new TokenizerPipeline(json);
  } catch (error) {
    if (!(error instanceof TokenizerProblem)) throw error;
    throw userError({
      code: 'tokenizer-not-readable', file, key: error.key, message: error.message, ...(error.value === undefined ? {} : { value: error.value }),
      next: 'Save it again as tokenizer.json with the tokenizers library.',
    });
  }
}

/** transformers' clean_up_tokenization. */
function cleanUpSpaces(text: string): string {
  return text.replaceAll(/ ([.?!,])/g, '$1').replaceAll(" ' ", "'").replaceAll(" n't", "n't").replaceAll(/ ('m|'s|'ve|'re)/g, '$1');
}

/** tokenizer_config.json, with the tokens of special_tokens_map.json where it names none. */
async function readConfig(folder: string): Promise<{ config: ConfigJson; /** Which of the two says a key. */ sayers: ReadonlyMap<string, string> }> {
  let config: ConfigJson = {};
  const sayers = new Map<string, string>();
  for (const name of ['special_tokens_map.json', 'tokenizer_config.json']) {
    const text = await readText(path.join(folder, name));
    if (text === undefined) continue;
    const said = parseObject(text, path.join(folder, name));
    config = { ...config, ...said };
    for (const key of Object.keys(said)) sayers.set(key, name);
  }
  return { config, sayers };
}

/** chat_template.jinja wins; a list of named templates gives the one called `default`. */
async function readChatTemplate(folder: string, config: ConfigJson, configFile: string): Promise<{ template: string; file: string } | undefined> {
  const jinjaFile = path.join(folder, 'chat_template.jinja');
  const own = await readText(jinjaFile);
  if (own !== undefined) return { template: own, file: jinjaFile };
  const template: unknown = config['chat_template'];
  if (typeof template === 'string') return { template, file: configFile };
  if (!Array.isArray(template)) return undefined;
  const named = template as readonly ({ readonly name?: unknown; readonly template?: unknown } | null)[];
  const chosen = named.find((one) => one?.name === 'default')?.template;
  return typeof chosen === 'string' ? { template: chosen, file: configFile } : undefined;
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
