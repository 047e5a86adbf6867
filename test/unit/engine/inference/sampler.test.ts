// What was said makes a token less likely, as transformers and the OpenAI API define it.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { RandomStream } from '../../../../src/base/math/random';
import { sampleToken } from '../../../../src/engine/inference/distribution';
import type { SamplingSettings } from '../../../../src/engine/inference/interfaces';
import { Sampler } from '../../../../src/engine/inference/sampler';

const greedy: SamplingSettings = { maxTokens: 9, temperature: 0, topP: 1, stop: [], seed: 1 };

function say(logits: readonly number[], count: number, prompt: readonly number[], settings: Partial<SamplingSettings>): number[] {
  const sampler = new Sampler(prompt, { ...greedy, ...settings });
  return Array.from({ length: count }, () => sampler.next(Float32Array.from(logits)));
}

describe('a sampler', () => {
  it('divides a positive and multiplies a negative logit by the repetition penalty, of the prompt too, once', () => {
    // 3 → 2 after the first; 2.5 stays first from then on but for its own penalty (2.5 / 1.5 = 1.67).
    assert.deepEqual(say([3, 2.5, 1.9], 5, [], { repetitionPenalty: 1.5 }), [0, 1, 0, 0, 0]);
    assert.deepEqual(say([3, 2.5, 1.9], 2, [0], { repetitionPenalty: 1.5 }), [1, 0]);
    assert.deepEqual(say([-1, -1.2], 2, [0], { repetitionPenalty: 1.5 }), [1, 0]);
  });

  it('takes the presence penalty off once and the frequency penalty each time, for the answer alone', () => {
    assert.deepEqual(say([3, 2.5], 4, [0], { presencePenalty: 1 }), [0, 1, 0, 0]);
    assert.deepEqual(say([3, 1.5], 5, [0], { frequencyPenalty: 1 }), [0, 0, 1, 0, 1]);
  });

  it('leaves the logits it was given as they are', () => {
    const logits = Float32Array.from([3, 2]);
    new Sampler([0], { ...greedy, repetitionPenalty: 2 }).next(logits);
    assert.deepEqual([...logits], [3, 2]);
  });
});

describe('a draw', () => {
  const logits = fc.array(fc.integer({ min: -40, max: 40 }).map((quarters) => quarters / 4), { minLength: 1, maxLength: 30 });

  it('is among the topK most likely, and of their nucleus', () => {
    fc.assert(fc.property(logits, fc.integer({ min: 1, max: 30 }), fc.constantFrom(1, 0.9, 0.3), fc.nat(), (row, topK, topP, seed) => {
      const drawn = sampleToken(row, { temperature: 1, topP, topK }, RandomStream.of(seed, 'test'));
      const order = [...row.keys()].sort((a, b) => row[b]! - row[a]! || a - b).slice(0, topK);
      const weights = order.map((id) => Math.exp(row[id]! - row[order[0]!]!));
      const total = weights.reduce((sum, weight) => sum + weight, 0);
      const place = order.indexOf(drawn);
      assert.ok(place >= 0);
      assert.ok(place === 0 || weights.slice(0, place).reduce((sum, weight) => sum + weight, 0) < topP * total * (1 + 1e-9));
    }));
  });

  it('of the nucleus is the same whether all tokens are sorted or those that count', () => {
    fc.assert(fc.property(logits, fc.constantFrom(0.99, 0.9, 0.5), fc.nat(), (row, topP, seed) => {
      const cut = sampleToken(row, { temperature: 1, topP }, RandomStream.of(seed, 'test'));
      assert.equal(cut, sampleToken([...row, ...new Array<number>(50).fill(-1000)], { temperature: 1, topP }, RandomStream.of(seed, 'test')));
    }));
  });
});
