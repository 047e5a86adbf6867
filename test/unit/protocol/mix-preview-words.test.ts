// A preview in words: what it says is trained on is what it marks.
import assert from 'node:assert/strict';
import { english } from '../../../src/protocol/estimate-words';
import type { MixPreview } from '../../../src/protocol/mix-preview';
import { previewText } from '../../../src/protocol/mix-preview-words';

const known = { source: 'chats', document: '', place: { file: 'chats.jsonl', line: 1 }, position: 1 };
const preview: MixPreview = {
  schema: 1, name: 'm', content: 'instruction', sequenceLength: 8, sources: [
    { name: 'chats', isAll: false, records: [
      { ...known, kind: 'conversation', cut: true, stretches: [{ text: 'Why? ⟧\n', tokens: 3, trained: false }, { text: 'So.', tokens: 2, trained: true }, { text: ' And?', tokens: 2, trained: false }, { text: 'No.', tokens: 1, trained: true }] },
      { ...known, kind: 'conversation', stretches: [], refused: 'special-token-in-message' },
      { ...known, kind: 'bad', reason: 'not-json', detail: 'the line is no JSON' },
    ] },
    { name: 'empty', isAll: true, records: [] },
  ],
};

describe('a preview in words', () => {
  it('marks the stretches that bear loss, and counts their tokens', () => {
    const { text, trained } = previewText(preview, english);
    assert.deepEqual(trained.map(([start, end]) => text.slice(start, end)), ['So.', 'No.']);
    assert.match(text, /=== chats chats\.jsonl:1 \(1\): 8 tokens, 3 of them trained on \(cut to the sequence length\)\nWhy\? ⟧\n⟦So\.⟧ And\?⟦No\.⟧\n/);
    assert.match(text, /chats\.jsonl:1 \(1\): is not trained on \(special-token-in-message\)/);
    assert.match(text, /chats\.jsonl:1 \(1\): cannot be used \(not-json\): the line is no JSON/);
    assert.match(text, /chats has further records\.\n\n=== empty: no records\n$/);
  });

  it('of a mix of text marks nothing, since all of it bears loss', () => {
    const { text, trained } = previewText({ ...preview, content: 'text' }, english);
    assert.deepEqual(trained, []);
    assert.doesNotMatch(text, /⟦/);
    assert.match(text, /Every token bears loss\./);
  });
});
