// The official client of the OpenAI API against a server of ours, unchanged.
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import OpenAI from 'openai';
import { createGenerator, createLikelihoodModel, openCheckpoint, tokenLogProbabilities, type LoadedCheckpoint } from '../../../src/engine/inference';
import { serveCheckpoint, type ServedCheckpoint } from '../../../src/engine/serve';
import { makeTinyCheckpoint, type TinyCheckpoint } from './tiny-checkpoint';

const prompt = 'Question: which drug lowers';
const greedy = { model: 'tiny', prompt, temperature: 0, max_tokens: 24 };
const messages = [{ role: 'system' as const, content: 'Be brief.' }, { role: 'user' as const, content: 'which drug?' }];

describe('serve, seen by the openai client', () => {
  let checkpoint: TinyCheckpoint;
  let server: ServedCheckpoint;
  let openai: OpenAI;
  /** The same checkpoint in this process: what the server must say. */
  let local: LoadedCheckpoint;

  before(async () => {
    checkpoint = await makeTinyCheckpoint();
    server = await serveCheckpoint(checkpoint.folder, { token: 'secret' });
    openai = new OpenAI({ baseURL: server.baseUrl, apiKey: 'secret', maxRetries: 0 });
    local = await openCheckpoint(checkpoint.folder);
  });
  after(async () => {
    await server.close();
    local.model.dispose();
    await checkpoint.remove();
  });

  async function generateLocally(ids: readonly number[], maxTokens: number): Promise<{ text: string; completionTokens: number }> {
    const pieces = createGenerator(local).generate(ids, { maxTokens, temperature: 0, topP: 1, stop: [], seed: 1 });
    let text = '';
    for (;;) {
      const next = await pieces.next();
      if (next.done) return { text, completionTokens: next.value.completionTokens };
      text += next.value.text;
    }
  }

  it('lists the model', async () => {
    assert.deepEqual((await openai.models.list()).data.map((model) => model.id), ['tiny']);
  });

  it('completes text greedily as the model in process does', async () => {
    const answer = await openai.completions.create(greedy);
    const ids = local.tokenizer.encode(prompt, { addSpecialTokens: true });
    const expected = await generateLocally(ids, 24);
    assert.equal(answer.choices[0]!.text, expected.text);
    assert.ok(expected.text.length > 10);
    assert.equal(answer.choices[0]!.finish_reason, 'length');
    assert.deepEqual(answer.usage, { prompt_tokens: ids.length, completion_tokens: expected.completionTokens, total_tokens: ids.length + expected.completionTokens });
  });

  it('takes several prompts, token ids and n, in order', async () => {
    const ids = local.tokenizer.encode(prompt, { addSpecialTokens: true });
    const one = (await openai.completions.create(greedy)).choices[0]!.text;
    const two = (await openai.completions.create({ ...greedy, prompt: 'aspirin' })).choices[0]!.text;
    const both = await openai.completions.create({ ...greedy, prompt: [prompt, 'aspirin'], n: 2 });
    assert.deepEqual(both.choices.map((choice) => [choice.index, choice.text]), [[0, one], [1, one], [2, two], [3, two]]);
    assert.equal((await openai.completions.create({ ...greedy, prompt: ids })).choices[0]!.text, one);
    assert.deepEqual((await openai.completions.create({ ...greedy, prompt: [ids, ids] })).choices.map((choice) => choice.text), [one, one]);
  });

  it('draws the same with the same seed, and n different samples', async () => {
    const sampled = { ...greedy, temperature: 1, top_p: 0.95, seed: 11, n: 3 };
    const texts = (await openai.completions.create(sampled)).choices.map((choice) => choice.text);
    assert.equal(new Set(texts).size, 3);
    assert.deepEqual((await openai.completions.create(sampled)).choices.map((choice) => choice.text), texts);
    assert.equal((await openai.completions.create({ ...sampled, n: 1 })).choices[0]!.text, texts[0]);
    assert.notEqual((await openai.completions.create({ ...sampled, n: 1, seed: 12 })).choices[0]!.text, texts[0]);
  });

  it('ends before a stop string, wherever its characters fall in the tokens, streamed or not', async () => {
    const { text } = (await openai.completions.create(greedy)).choices[0]!;
    for (const [start, length] of [[5, 1], [7, 4], [3, 9]] as const) {
      const stop = text.slice(start, start + length);
      const expected = text.slice(0, text.indexOf(stop));
      const whole = (await openai.completions.create({ ...greedy, stop })).choices[0]!;
      assert.deepEqual([whole.text, whole.finish_reason], [expected, 'stop']);
      let streamed = '';
      for await (const chunk of await openai.completions.create({ ...greedy, stop: [stop, 'never'], stream: true })) streamed += chunk.choices[0]!.text;
      assert.equal(streamed, expected);
    }
  });

  it('streams what it would have said, with usage on request', async () => {
    const whole = await openai.completions.create({ ...greedy, n: 2, temperature: 1, seed: 4 });
    const texts = ['', ''];
    let usage: OpenAI.CompletionUsage | null | undefined;
    for await (const chunk of await openai.completions.create({ ...greedy, n: 2, temperature: 1, seed: 4, stream: true, stream_options: { include_usage: true } })) {
      for (const choice of chunk.choices) texts[choice.index] = texts[choice.index]! + choice.text;
      usage = chunk.usage;
    }
    assert.deepEqual(texts, whole.choices.map((choice) => choice.text));
    assert.deepEqual(usage, whole.usage);
  });

  it('echoes a prompt with the log-probabilities of its tokens', async () => {
    const text = 'the patient was given naïve β-blockers 😀';
    const ids = local.tokenizer.encode(text, { addSpecialTokens: true });
    const [choice] = (await openai.completions.create({ model: 'tiny', prompt: text, echo: true, logprobs: 2, max_tokens: 0 })).choices;
    const expected = await tokenLogProbabilities(local, ids, { top: 2 });
    assert.equal(choice!.text, text);
    assert.deepEqual(choice!.logprobs!.token_logprobs, expected.map((token) => token.logProbability ?? null));
    assert.equal(choice!.logprobs!.tokens!.length, ids.length);
    assert.equal(choice!.logprobs!.top_logprobs![0], null);
    assert.deepEqual(Object.values(choice!.logprobs!.top_logprobs![3]!).slice(0, 2), expected[3]!.top.map((token) => token.logProbability));
  });

  it('gives lm-evaluation-harness what its local-completions client sums', async () => {
    const requests = [{ context: 'Question: which drug?\nAnswer:', continuation: ' B' }, { context: 'aspirin', continuation: ' and metoprolol' }];
    const expected = await createLikelihoodModel(local).logLikelihood(requests);
    const begin = local.tokenizer.encode('', { addSpecialTokens: true });
    const contexts = requests.map((request) => [...begin, ...local.tokenizer.encode(request.context)]);
    const whole = requests.map((request) => [...begin, ...local.tokenizer.encode(request.context + request.continuation)]);
    const { choices } = await openai.completions.create({ model: 'tiny', prompt: whole, temperature: 0, max_tokens: 1, logprobs: 1, seed: 1234, echo: true });
    for (const [index, choice] of choices.entries()) {
      // As models/openai_completions.py does: the last token is the generated one.
      const logprobs = choice.logprobs!.token_logprobs!.slice(contexts[index]!.length, -1);
      const tops = choice.logprobs!.top_logprobs!.slice(contexts[index]!.length, -1);
      assert.ok(Math.abs(logprobs.reduce((sum, value) => sum + value, 0) - expected[index]!.logLikelihood) < 1e-4);
      assert.equal(tops.every((top, place) => logprobs[place] === Math.max(...Object.values(top))), expected[index]!.isGreedy);
    }
  });

  it('gives an end token its place among the log-probabilities, and the continuation before it its sum', async () => {
    const own = await makeTinyCheckpoint();
    const whole = [...local.tokenizer.encode('aspirin and', { addSpecialTokens: true })];
    const [first] = (await openai.completions.create({ ...greedy, prompt: whole, max_tokens: 1, logprobs: 1 })).choices[0]!.logprobs!.token_logprobs!;
    const scored = await tokenLogProbabilities(local, whole);
    const said: number[] = [];
    for await (const piece of createGenerator(local).generate(whole, { maxTokens: 1, temperature: 0, topP: 1, stop: [], seed: 1 })) said.push(piece.id);
    await writeFile(path.join(own.folder, 'generation_config.json'), JSON.stringify({ eos_token_id: said }));
    const ending = await serveCheckpoint(own.folder);
    try {
      const client = new OpenAI({ baseURL: ending.baseUrl, apiKey: 'none', maxRetries: 0 });
      const [choice] = (await client.completions.create({ model: 'tiny', prompt: whole, temperature: 0, max_tokens: 1, logprobs: 1, echo: true })).choices;
      assert.equal(choice!.finish_reason, 'stop');
      assert.equal(choice!.text, local.tokenizer.decode(whole), 'an end token has no text');
      assert.deepEqual(choice!.logprobs!.token_logprobs, [null, ...scored.slice(1).map((token) => token.logProbability), first]);
    } finally {
      await ending.close();
      await own.remove();
    }
  });

  it('reports the log-probabilities of generated tokens, in completions and chat', async () => {
    const completion = (await openai.completions.create({ ...greedy, logprobs: 3 })).choices[0]!;
    const first = completion.logprobs!;
    assert.ok(first.top_logprobs!.every((top, place) => first.token_logprobs![place] === Math.max(...Object.values(top))), 'greedy takes the likeliest');
    assert.equal(first.token_logprobs!.length, first.tokens!.length);
    const chat = await openai.chat.completions.create({ model: 'tiny', messages, temperature: 0, max_completion_tokens: 6, logprobs: true, top_logprobs: 2 });
    for (const token of chat.choices[0]!.logprobs!.content!) {
      assert.equal(token.top_logprobs.length, 2);
      assert.equal(token.logprob, token.top_logprobs[0]!.logprob);
    }
  });

  it('chats through the checkpoint\'s template, streamed or not', async () => {
    const rendered = local.tokenizer.encode(local.tokenizer.renderChat(messages, { addGenerationPrompt: true }));
    const expected = await generateLocally(rendered, 20);
    const answer = await openai.chat.completions.create({ model: 'tiny', messages, temperature: 0, max_completion_tokens: 20 });
    assert.equal(answer.choices[0]!.message.content, expected.text);
    assert.equal(answer.usage!.prompt_tokens, rendered.length);
    let streamed = '';
    const roles: (string | undefined)[] = [];
    for await (const chunk of await openai.chat.completions.create({ model: 'tiny', messages, temperature: 0, max_completion_tokens: 20, stream: true })) {
      streamed += chunk.choices[0]!.delta.content ?? '';
      if (chunk.choices[0]!.delta.role) roles.push(chunk.choices[0]!.delta.role);
    }
    assert.equal(streamed, expected.text);
    assert.deepEqual(roles, ['assistant']);
  });

  it('draws from the likeliest and penalises what was said, as asked', async () => {
    const one = (await openai.completions.create(greedy)).choices[0]!.text;
    // Parameters beyond the API go in the body as they are.
    const asked: OpenAI.CompletionCreateParamsNonStreaming & { top_k: number } = { ...greedy, temperature: 2, seed: 3, top_k: 1 };
    assert.equal((await openai.completions.create(asked)).choices[0]!.text, one, 'the likeliest alone is greedy');
    assert.notEqual((await openai.completions.create({ ...asked, ...{ top_k: 50 } })).choices[0]!.text, one);
    for (const penalty of [{ repetition_penalty: 5 }, { presence_penalty: 2 }, { frequency_penalty: 2 }]) {
      assert.notEqual((await openai.completions.create({ ...greedy, ...penalty, max_tokens: 60 })).choices[0]!.text, (await openai.completions.create({ ...greedy, max_tokens: 60 })).choices[0]!.text);
    }
  });

  it('cancels when the client goes away, and answers the next one', async () => {
    const controller = new AbortController();
    const stream = await openai.completions.create({ ...greedy, prompt: 'aspirin', temperature: 1, max_tokens: 1500, n: 60, stream: true }, { signal: controller.signal });
    for await (const chunk of stream) {
      if (chunk.choices[0]!.text !== '') break;
    }
    controller.abort();
    // 60 × 1500 tokens would take minutes: an answer in time says they are not made.
    assert.equal((await openai.completions.create({ ...greedy, max_tokens: 2 })).choices.length, 1);
  });

  it('answers many at once', async () => {
    const answers = await Promise.all(Array.from({ length: 12 }, () => openai.completions.create({ ...greedy, max_tokens: 4 })));
    assert.equal(new Set(answers.map((answer) => answer.choices[0]!.text)).size, 1);
  });
});
