// The sample model as a GGUF file, generated from by llama.cpp, beside the engine's own path on the checkpoint: the same
// greedy text wherever the first choice is clear; and that file served.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import OpenAI from 'openai';
import { saveGguf } from '../../src/engine/gguf';
import { createGenerator, openCheckpoint, openGguf, type Generator, type LoadedCheckpoint, type LoadedGguf } from '../../src/engine/inference';
import { engineAsset, mediaPath } from '../../src/engine/parts/assets';
import { findPart } from '../../src/engine/parts/installed';
import { serveCheckpoint, type ServedCheckpoint } from '../../src/engine/serve';

const sample = mediaPath('sample', 'model');
const prompts = ['The patient was admitted with', 'Metoprolol is', 'Question: Which drug', 'A 54-year-old woman', 'Treatment of hypertension', 'The most common cause of', 'On examination,', 'Aspirin'];
/** Logits of another program differ in the fourth digit or so; below this gap in nats either token is right. */
const clearGap = 0.05;

async function say(generator: Generator, ids: readonly number[], maxTokens: number): Promise<{ ids: number[]; gaps: number[]; text: string }> {
  const said: { ids: number[]; gaps: number[]; text: string } = { ids: [], gaps: [], text: '' };
  for await (const { id, top, text } of generator.generate(ids, { maxTokens, temperature: 0, topP: 1, stop: [], seed: 1, topLogProbabilities: 2 })) {
    said.ids.push(id);
    said.gaps.push(top === undefined ? Infinity : top[0]!.logProbability - top[1]!.logProbability);
    said.text += text;
  }
  return said;
}

describe('llama.cpp', () => {
  let folder: string;
  let file: string;
  let checkpoint: LoadedCheckpoint;
  let gguf: LoadedGguf;
  before(async () => {
    if (!findPart('llama')) execFileSync(process.execPath, [engineAsset('cli.mjs'), 'doctor', '--install', 'llama']);
    folder = mkdtempSync(path.join(tmpdir(), 'preclinical-llama-'));
    file = path.join(folder, 'sample.gguf');
    checkpoint = await openCheckpoint(sample);
    await saveGguf(checkpoint.model, file, { name: 'sample', dtype: 'f32', tokenizerFolder: sample, tokenizer: checkpoint.tokenizer, extra: {} });
    gguf = await openGguf(file);
  });
  after(async () => {
    await gguf.dispose();
    checkpoint.model.dispose();
    rmSync(folder, { recursive: true });
  });

  it('cuts texts into the tokens the checkpoint has', () => {
    for (const text of [...prompts, 'naïve β-blockers 😀', '  two spaces\n\nand lines', '<|user|>\nhello']) {
      assert.deepEqual([...gguf.tokenizer.encode(text, { addSpecialTokens: true })], checkpoint.tokenizer.encode(text, { addSpecialTokens: true }), text);
      assert.equal(gguf.tokenizer.decode(gguf.tokenizer.encode(text), { keepSpecialTokens: true }), text);
    }
    assert.equal(gguf.tokenizer.vocabularySize, checkpoint.tokenizer.vocabularySize);
    const messages = [{ role: 'user', content: 'Which drug?' }] as const;
    assert.equal(gguf.tokenizer.renderChat(messages, { addGenerationPrompt: true }), checkpoint.tokenizer.renderChat(messages, { addGenerationPrompt: true }));
  });

  it('says greedily what the engine says, as far as its first choices are clear, one prompt at a time and many at once', async () => {
    let compared = 0;
    const ids = prompts.map((prompt) => checkpoint.tokenizer.encode(prompt, { addSpecialTokens: true }));
    const together = await Promise.all(ids.map((one) => say(gguf.generator, one, 40)));
    for (const [index, one] of ids.entries()) {
      const own = await say(createGenerator(checkpoint), one, 40);
      const doubtful = own.gaps.findIndex((gap) => gap < clearGap);
      const clear = doubtful < 0 ? own.ids.length : doubtful;
      assert.deepEqual((await say(gguf.generator, one, 40)).ids.slice(0, clear), own.ids.slice(0, clear), prompts[index]);
      assert.deepEqual(together[index]!.ids.slice(0, clear), own.ids.slice(0, clear), prompts[index]);
      if (doubtful < 0) assert.equal(together[index]!.text, own.text);
      compared += clear;
    }
    assert.ok(compared > 100, `${compared} tokens were clear`);
  });

  describe('behind preclinical serve', () => {
    let server: ServedCheckpoint;
    let openai: OpenAI;
    before(async () => {
      server = await serveCheckpoint(file, { token: 'secret' });
      openai = new OpenAI({ baseURL: server.baseUrl, apiKey: 'secret', maxRetries: 0 });
    });
    after(() => server.close());
    const asked = { model: 'sample', prompt: 'The patient was admitted with', temperature: 0, max_tokens: 30 };

    it('completes, streams, chats, takes token ids, and answers many at once', async () => {
      const { text } = (await openai.completions.create(asked)).choices[0]!;
      const ids = checkpoint.tokenizer.encode(asked.prompt, { addSpecialTokens: true });
      assert.equal(text, (await say(gguf.generator, ids, 30)).text);
      let streamed = '';
      for await (const chunk of await openai.completions.create({ ...asked, prompt: ids, stream: true })) streamed += chunk.choices[0]!.text;
      assert.equal(streamed, text);
      const many = await Promise.all(Array.from({ length: 10 }, () => openai.completions.create(asked)));
      assert.deepEqual(many.map((one) => one.choices[0]!.text), many.map(() => text));
      const stop = text.slice(4, 8);
      assert.equal((await openai.completions.create({ ...asked, stop })).choices[0]!.text, text.slice(0, text.indexOf(stop)));
      const chat = await openai.chat.completions.create({ model: 'sample', messages: [{ role: 'user', content: 'Which drug?' }], temperature: 0, max_completion_tokens: 8 });
      assert.ok(chat.choices[0]!.message.content!.length > 0);
    });

    it('draws the same with the same seed, and otherwise with penalties', async () => {
      const sampled = { ...asked, temperature: 1, seed: 5, top_p: 0.95 };
      const texts = await Promise.all([sampled, sampled, { ...sampled, seed: 6 }].map(async (one) => (await openai.completions.create(one)).choices[0]!.text));
      assert.equal(texts[0], texts[1]);
      assert.notEqual(texts[0], texts[2]);
      const penalised = { ...asked, max_tokens: 60, repetition_penalty: 3 };
      assert.notEqual((await openai.completions.create(penalised)).choices[0]!.text, (await openai.completions.create({ ...asked, max_tokens: 60 })).choices[0]!.text);
    });

    it('refuses log-probabilities, saying what to do', async () => {
      for (const more of [{ logprobs: 1, echo: true, max_tokens: 1 }, { logprobs: 0 }]) {
        await assert.rejects(openai.completions.create({ ...asked, ...more }), (error) => error instanceof OpenAI.BadRequestError && error.code === 'logprobs_unsupported');
      }
      assert.ok((await openai.completions.create({ ...asked, echo: true })).choices[0]!.text.startsWith(asked.prompt));
    });
  });

  it('refuses a file that is none', async () => {
    await assert.rejects(openGguf(path.join(sample, 'tokenizer.json')), /does not open this file/);
  });
});
