// Which tokens bear loss, token by token as TRL's SFTTrainer marks them (assistant_only_loss, completion_only_loss), in
// every form conversations come in. Ids and labels were made by test/reference/make_loss_masks.py.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { encodeConversation } from '../../../../src/engine/data/chat/encode';
import { alpacaMessages } from '../../../../src/engine/data/read/alpaca';
import { chatMessages } from '../../../../src/engine/data/read/chat';
import type { ConversationMessage } from '../../../../src/engine/data/read/document';
import { promptCompletionMessages } from '../../../../src/engine/data/read/prompt-completion';
import type { JsonRecord } from '../../../../src/engine/data/read/records/record';
import { shareGptMessages } from '../../../../src/engine/data/read/sharegpt';
import { packageRoot } from '../../../../src/engine/parts/assets';
import { loadTokenizer, simpleChatTemplate, type Tokenizer } from '../../../../src/engine/tokenizer';

interface Case { readonly format: keyof typeof readers; readonly name: string; readonly record: JsonRecord; readonly ids: number[]; readonly bears: number[] }

const readers = {
  'chat': chatMessages, 'sharegpt': shareGptMessages, 'alpaca': alpacaMessages, 'prompt-completion': promptCompletionMessages,
} satisfies Record<string, (record: JsonRecord) => ConversationMessage[]>;

const folder = path.join(packageRoot, 'test/fixtures/training');
const cases = JSON.parse(readFileSync(path.join(folder, 'masks.json'), 'utf8')) as Case[];

describe('the loss mask of a conversation', () => {
  let tokenizer: Tokenizer;
  before(async () => { tokenizer = await loadTokenizer(path.join(folder, 'mask-tokenizer')); });

  // The tokenizer's own template has the markers TRL finds answers by; ours renders the same without them.
  for (const [which, chatTemplate] of [['the tokenizer\'s template', undefined], ['our template', simpleChatTemplate]] as const) {
    for (const { format, name, record, ids, bears } of cases) {
      it(`is TRL's with ${which}: ${name}`, () => {
        const encoded = encodeConversation(readers[format](record), tokenizer, { chatTemplate, systemPrompt: undefined });
        if (typeof encoded === 'string') assert.fail(encoded);
        assert.deepEqual(encoded.ids, ids);
        assert.deepEqual([...encoded.mask], bears);
      });
    }
  }

  it('bears loss somewhere and not everywhere in every case', () => {
    for (const { bears } of cases) assert.ok(bears.includes(1) && bears.includes(0));
  });
});
