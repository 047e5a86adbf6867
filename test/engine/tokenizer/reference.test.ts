// The trained tokenizer against numbers of the Rust tokenizers library and of transformers (test/reference/make_tokenizer.py).
// TOKENIZER_FOLDER=F writes the tokenizer to F, for that script.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { loadTokenizer, type ChatMessage, type Tokenizer } from '../../../src/engine/tokenizer';
import { referenceText, saveReferenceTokenizer } from './reference-tokenizer';

interface Expected {
  readonly merges: readonly string[];
  readonly ids: readonly (readonly number[])[];
  readonly chats: readonly { readonly messages: readonly ChatMessage[]; readonly text: string; readonly prompt: string; readonly ids: readonly number[] }[];
}

describe('tokenizer trained here, beside the Rust library', () => {
  let folder: string;
  let merges: readonly string[];
  let tokenizer: Tokenizer;
  let expected: Expected;
  let texts: readonly string[];

  before(async () => {
    folder = process.env['TOKENIZER_FOLDER'] ?? await mkdtemp(path.join(tmpdir(), 'preclinical-tokenizer-'));
    merges = await saveReferenceTokenizer(folder);
    tokenizer = await loadTokenizer(folder);
    expected = JSON.parse(await referenceText('tokenizer-expected.json')) as Expected;
    texts = JSON.parse(await referenceText('tokenizer-texts.json')) as string[];
  });

  after(async () => {
    if (process.env['TOKENIZER_FOLDER'] === undefined) await rm(folder, { recursive: true, force: true });
  });

  it('learns the merges of the Rust BpeTrainer, in the same order', () => {
    assert.deepEqual(merges, expected.merges);
  });

  it('encodes multilingual clinical text to the same ids', () => {
    assert.equal(texts.length, expected.ids.length);
    texts.forEach((text, i) => {
      assert.deepEqual(tokenizer.encode(text, { addSpecialTokens: true }), expected.ids[i], JSON.stringify(text));
    });
  });

  it('renders chats as apply_chat_template does', () => {
    for (const chat of expected.chats) {
      assert.equal(tokenizer.renderChat(chat.messages), chat.text);
      assert.equal(tokenizer.renderChat(chat.messages.slice(0, -1), { addGenerationPrompt: true }), chat.prompt);
      assert.deepEqual(tokenizer.encode(chat.text), chat.ids);
    }
  });

  it('gets every one of those texts back', () => {
    for (const text of texts) assert.equal(tokenizer.decode(tokenizer.encode(text), { keepSpecialTokens: true }), text);
  });
});
