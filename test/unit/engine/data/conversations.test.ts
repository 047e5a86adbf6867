// The instruction formats come to one form of messages; what is no usable conversation is set aside with its reason.
import assert from 'node:assert/strict';
import { alpacaMessages } from '../../../../src/engine/data/read/alpaca';
import { chatMessages } from '../../../../src/engine/data/read/chat';
import { toConversation } from '../../../../src/engine/data/read/conversation';
import type { ConversationMessage } from '../../../../src/engine/data/read/document';
import { promptCompletionMessages } from '../../../../src/engine/data/read/prompt-completion';
import type { JsonRecord } from '../../../../src/engine/data/read/records/record';
import { shareGptMessages } from '../../../../src/engine/data/read/sharegpt';

type Reader = (record: JsonRecord) => ConversationMessage[];
const place = { file: 'x.jsonl', line: 3 };

function outcome(read: Reader, record: JsonRecord): string {
  const item = toConversation(record, place, read);
  return item.kind === 'bad' ? item.reason : item.messages.map(({ role, content, trains }) => `${role[0]!}${trains === false ? '0' : ''}:${content}`).join('|');
}

const q = { role: 'user', content: 'Q' };
const a = { role: 'assistant', content: 'A' };

describe('conversations', () => {
  const cases: readonly [name: string, read: Reader, record: JsonRecord, expected: string][] = [
    ['chat', chatMessages, { messages: [{ role: 'system', content: 'S' }, q, a, q, a] }, 's:S|u:Q|a:A|u:Q|a:A'],
    ['chat with parts and loss weights', chatMessages, { messages: [
      { role: 'user', content: [{ type: 'text', value: 'Q' }], loss_weight: 0 },
      { role: 'assistant', content: [{ type: 'text', text: 'A' }, { type: 'text', value: 'B' }], loss_weight: 1 },
      q, { ...a, loss_weight: 0 },
    ] }, 'u:Q|a:AB|u:Q|a0:A'],
    ['chat without messages', chatMessages, { text: 'x' }, 'no-messages'],
    ['chat with an image', chatMessages, { messages: [{ role: 'user', content: [{ type: 'image', url: 'x' }] }, a] }, 'not-text'],
    ['chat with a tool', chatMessages, { messages: [q, { role: 'tool', content: 'T' }, a] }, 'unknown-role'],
    ['two questions in a row', chatMessages, { messages: [q, q, a] }, 'roles-do-not-alternate'],
    ['an answer first', chatMessages, { messages: [a, q] }, 'roles-do-not-alternate'],
    ['a system message later on', chatMessages, { messages: [q, a, { role: 'system', content: 'S' }, q, a] }, 'roles-do-not-alternate'],
    ['no answer at the end', chatMessages, { messages: [q, a, q] }, 'no-answer-at-the-end'],
    ['an empty answer', chatMessages, { messages: [q, { role: 'assistant', content: ' \n' }] }, 'empty-message'],
    ['only a system message', chatMessages, { messages: [{ role: 'system', content: 'S' }] }, 'no-turns'],
    ['nothing to learn', chatMessages, { messages: [q, { ...a, loss_weight: 0 }] }, 'nothing-to-learn'],
    ['content that is a number', chatMessages, { messages: [{ role: 'user', content: 3 }, a] }, 'no-text'],

    ['sharegpt', shareGptMessages, { system: 'S', conversations: [{ from: 'human', value: 'Q' }, { from: 'gpt', value: 'A' }] }, 's:S|u:Q|a:A'],
    ['sharegpt with a tool call', shareGptMessages, { conversations: [{ from: 'human', value: 'Q' }, { from: 'function_call', value: '{}' }] }, 'unknown-role'],

    ['alpaca', alpacaMessages, { instruction: 'I', input: '', output: 'O' }, 'u:I|a:O'],
    ['alpaca with input, system and history', alpacaMessages, { instruction: 'I', input: 'X', output: 'O', system: 'S', history: [['q', 'a']] }, 's:S|u:q|a:a|u:I\nX|a:O'],
    ['alpaca without output', alpacaMessages, { instruction: 'I', input: '' }, 'no-text'],
    ['alpaca with a broken history', alpacaMessages, { instruction: 'I', output: 'O', history: [['q']] }, 'no-messages'],

    ['prompt and completion', promptCompletionMessages, { prompt: 'P', completion: 'C' }, 'u:P|a:C'],
    ['prompt and completion as messages', promptCompletionMessages, { prompt: [{ role: 'system', content: 'S' }, q], completion: [a] }, 's:S|u:Q|a:A'],
    ['prompt without completion', promptCompletionMessages, { prompt: 'P' }, 'no-text'],
  ];
  for (const [name, read, record, expected] of cases) {
    it(name, () => { assert.equal(outcome(read, record), expected); });
  }

  it('names the place and the key of what is wrong', () => {
    const item = toConversation({ messages: [q, { role: 'tool', content: 'T' }] }, place, chatMessages);
    assert.ok(item.kind === 'bad');
    assert.deepEqual([item.place, item.key], [place, 'messages.1.role']);
  });

  it('gives fields of the record for grouping', () => {
    const item = toConversation({ messages: [q, a], patient: 12, id: 'c1' }, place, chatMessages);
    assert.ok(item.kind === 'conversation');
    assert.deepEqual([item.id, item.attribute('patient')], ['c1', '12']);
  });
});
