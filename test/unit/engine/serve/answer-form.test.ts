import assert from 'node:assert/strict';
import { completionForm } from '../../../../src/engine/serve/answer-form';
import type { TokenReport } from '../../../../src/engine/serve/messages';

function topLogprobs(token: TokenReport): unknown {
  const choice = completionForm.choice({ index: 0, text: token.text, tokens: [token], reason: 'length' }, true) as { logprobs: { top_logprobs: unknown[] } };
  return choice.logprobs.top_logprobs[0];
}

describe('log-probabilities of a completion', () => {
  it('have the token itself after the likeliest ones', () => {
    assert.deepEqual(Object.entries(topLogprobs({ id: 5, text: 'c', logProbability: -3, top: [{ text: 'a', logProbability: -1 }, { text: 'b', logProbability: -2 }] }) as object), [['a', -1], ['b', -2], ['c', -3]]);
  });

  it('do not hide a likelier token behind another of the same text', () => {
    assert.deepEqual(topLogprobs({ id: 6, text: 'a', logProbability: -3, top: [{ text: 'a', logProbability: -1 }] }), { a: -1 });
  });

  it('are finite, as JSON needs them', () => {
    assert.deepEqual(topLogprobs({ id: 6, text: 'a', logProbability: -Infinity, top: [] }), { a: -9999 });
  });
});
