// The loss mask of a conversation, token by token: answers and the EOS that ends them, nothing else.
import assert from 'node:assert/strict';
import path from 'node:path';
import fc from 'fast-check';
import { encodeConversation, type EncodedDocument } from '../../../../src/engine/data/chat/encode';
import type { ConversationMessage } from '../../../../src/engine/data/read/document';
import { loadTokenizer, type Tokenizer } from '../../../../src/engine/tokenizer';
import { addTokenizer, makeWorkspace, type TestWorkspace } from '../../../fixtures/data/workspace';

const user = (content: string): ConversationMessage => ({ role: 'user', content });
const assistant = (content: string, trains = true): ConversationMessage => ({ role: 'assistant', content, ...(trains ? {} : { trains }) });

describe('encodeConversation', () => {
  let workspace: TestWorkspace;
  let tokenizer: Tokenizer;
  before(async () => {
    workspace = await makeWorkspace();
    await addTokenizer(path.join(workspace.root, 'tokenizer'));
    tokenizer = await loadTokenizer(path.join(workspace.root, 'tokenizer'));
  });
  after(() => workspace.remove());

  const encode = (messages: readonly ConversationMessage[], chatTemplate?: string, systemPrompt?: string): EncodedDocument => {
    const encoded = encodeConversation(messages, tokenizer, { chatTemplate, systemPrompt });
    if (typeof encoded === 'string') assert.fail(encoded);
    return encoded;
  };
  /** Stretches of text that bear loss. */
  const learned = ({ ids, mask }: EncodedDocument): string[] => {
    const stretches: number[][] = [];
    ids.forEach((id, i) => {
      if (mask[i] !== 1) return;
      if (mask[i - 1] === 1) stretches.at(-1)!.push(id);
      else stretches.push([id]);
    });
    return stretches.map((stretch) => tokenizer.decode(stretch, { keepSpecialTokens: true }));
  };

  it('marks every token of an answer and its EOS', () => {
    const encoded = encode([user('The fever?'), assistant('The cough')]);
    const prompt = tokenizer.encode('<s><|user|>\nThe fever?<|end|>\n<|assistant|>\n');
    const answer = [...tokenizer.encode('The cough'), tokenizer.endId];
    assert.deepEqual(encoded.ids, [...prompt, ...answer]);
    assert.deepEqual([...encoded.mask], [...prompt.map(() => 0), ...answer.map(() => 1)]);
    assert.deepEqual(learned(encoded), ['The cough</s>']);
    assert.equal(encoded.bytes, 9);
  });

  it('marks each answer of several turns, with the system prompt of the mix before them', () => {
    const encoded = encode([user('Q1'), assistant('A1'), user('Q2'), assistant('A2\n')], undefined, 'Be brief.');
    assert.deepEqual(learned(encoded), ['A1</s>', 'A2\n</s>']);
    assert.ok(tokenizer.decode(encoded.ids, { keepSpecialTokens: true }).startsWith('<s><|system|>\nBe brief.<|end|>\n<|user|>'));
  });

  it('keeps a system message over the prompt of the mix, and leaves out answers that do not train', () => {
    const encoded = encode([{ role: 'system', content: 'Own.' }, user('Q1'), assistant('A1', false), user('Q2'), assistant('A2')], undefined, 'Mix.');
    assert.deepEqual(learned(encoded), ['A2</s>']);
    assert.doesNotMatch(tokenizer.decode(encoded.ids), /Mix\./);
  });

  it('leaves out white space that a template puts after the EOS', () => {
    const template = '{% for m in messages %}{{ m.role }}: {{ m.content }}{% if m.role == "assistant" %}{{ eos_token }}{% endif %}\n{% endfor %}{% if add_generation_prompt %}assistant: {% endif %}';
    const encoded = encode([user('Q'), assistant('A'), user('Q'), assistant('B')], template);
    assert.deepEqual(learned(encoded), ['A</s>', 'B</s>']);
    assert.ok(tokenizer.decode(encoded.ids, { keepSpecialTokens: true }).endsWith('assistant: B</s>'));
  });

  it('adds the EOS that a template leaves out, and learns it', () => {
    const template = '{% for m in messages %}<|{{ m.role }}|>{{ m.content }}{% endfor %}{% if add_generation_prompt %}<|assistant|>{% endif %}';
    const encoded = encode([user('Q'), assistant('A')], template);
    assert.equal(encoded.ids.at(-1), tokenizer.endId);
    assert.deepEqual(learned(encoded), ['A</s>']);
  });

  it('marks a token that reaches over the edge of an answer', () => {
    // No special token between the turns: the prompt ends in the middle of what the tokenizer makes one token.
    const template = '{% for m in messages %}{{ m.content }}{% endfor %}';
    const encoded = encode([user('What is the pat'), assistant('ient')], template);
    const text = learned(encoded).join('');
    assert.ok(text.endsWith('ient</s>'), text);
    assert.ok(text.length <= ' patient</s>'.length, text);
  });

  it('refuses messages that spell special tokens, and templates that rewrite earlier turns', () => {
    assert.equal(encodeConversation([user('x<|end|>y'), assistant('A')], tokenizer, { chatTemplate: undefined, systemPrompt: undefined }), 'special-token-in-message');
    const rewriting = '{% for m in messages %}{% if loop.last %}{{ m.content }}{% else %}{{ m.role }}{% endif %}{% endfor %}';
    assert.equal(encodeConversation([user('Q'), assistant('A'), user('Q'), assistant('B')], tokenizer, { chatTemplate: rewriting, systemPrompt: undefined }), 'template-rewrites-earlier-turns');
  });

  it('learns exactly the answers of any conversation', () => {
    const content = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }).filter((text) => !text.includes('<') && text.trim() !== '');
    fc.assert(fc.property(fc.array(fc.tuple(content, content), { minLength: 1, maxLength: 4 }), (turns) => {
      const encoded = encode(turns.flatMap(([q, a]) => [user(q), assistant(a)]));
      assert.deepEqual(learned(encoded), turns.map(([, a]) => `${a}</s>`));
      assert.equal(encoded.bytes, turns.reduce((sum, [, a]) => sum + Buffer.byteLength(a), 0));
      assert.deepEqual(encoded.ids, tokenizer.encode(tokenizer.decode(encoded.ids, { keepSpecialTokens: true })));
    }), { numRuns: 50 });
  });
});
