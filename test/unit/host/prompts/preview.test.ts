// What is said before a whole experiment is run.
import assert from 'node:assert/strict';
import { previewWords } from '../../../../src/host/prompts/preview-words';
import type { PromptEstimate } from '../../../../src/protocol/prompt-estimate';
import { english } from './records';

const calls = (count: number): { calls: number; promptTokens: number; completionTokens: number } => ({ calls: count, promptTokens: 10 * count, completionTokens: count });
const foreseen: PromptEstimate = {
  schema: 1, questions: 40, strategies: [{ strategy: 'direct', samplesPerQuestion: 1, ...calls(40) }, { strategy: 'medprompt', samplesPerQuestion: 5, ...calls(200) }],
  rationales: calls(50), embeddings: 90, likelihood: calls(160), total: calls(290), cost: { atMost: 1.2345, currency: 'EUR' }, remote: 'api.example.org',
  phi: { texts: 41, textsWithFindings: 1, findings: [{ class: 'date', count: 2 }] },
};

describe('the preview of a run', () => {
  it('says calls of each strategy, tokens, cost, and what the screen finds', () => {
    const { message, detail } = previewWords(foreseen, 'lab', false, english);
    assert.equal(message, 'Put 40 questions to lab in 290 calls?');
    for (const part of [/direct: 40 calls\nmedprompt × 5: 200 calls\nreasoning about solved questions, at most: 50 calls\nvectors of 90 texts/, /2,900 prompt tokens and at most 290 answer tokens\. Cost: at most 1\.23 EUR\./, /1 of 41 texts: date 2/]) assert.match(detail, part);
    assert.doesNotMatch(detail, /window/);
  });

  it('says that a model of the editor needs the window, and nothing of patient data where no text leaves', () => {
    const local = Object.fromEntries(Object.entries(foreseen).filter(([key]) => key !== 'remote' && key !== 'cost')) as unknown as PromptEstimate;
    const { detail } = previewWords(local, 'lab', true, english);
    assert.match(detail, /only while this window is open/);
    assert.doesNotMatch(detail, /patient data|Cost/);
  });
});
