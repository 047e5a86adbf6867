import assert from 'node:assert/strict';
import { cotSchema, type CotSettings } from '../../../../src/documents/cot/schema';
import { planSamples, type PlannedSample } from '../../../../src/engine/prompting';
import type { PromptQuestion } from '../../../../src/engine/prompting/question';

const questions: readonly PromptQuestion[] = ['q0', 'q1'].map((id) => ({ id, question: `${id}?`, answer: 'A', options: [{ letter: 'A', text: 'aspirin' }, { letter: 'B', text: 'heparin' }] }));
const settings = (overrides: Partial<CotSettings> = {}): CotSettings => ({ ...cotSchema.parse({ name: 'trial', questions: 'q.jsonl', repeats: 3, strategies: ['direct', 'self-consistency'] }), ...overrides });
const plan = (cot: CotSettings, list = questions, choices: { repeats?: number } = {}): PlannedSample[] => [...planSamples(cot, '{{ question }}', list, 'a.cot', choices)];
const countsAndTemperatures = (samples: readonly PlannedSample[]): unknown => Object.fromEntries(['direct', 'self-consistency'].map((strategy) => {
  const own = samples.filter((sample) => sample.strategy === strategy);
  return [strategy, [own.length, [...new Set(own.map((sample) => sample.request.temperature))]]];
}));

describe('planSamples', () => {
  it('takes what the file says: one greedy sample, as many as it says for a vote', () => {
    assert.deepEqual(countsAndTemperatures(plan(settings())), { 'direct': [2, [0]], 'self-consistency': [6, [0.7]] });
  });

  it('takes the repeats that are asked for, and samples a greedy strategy that is asked several times', () => {
    assert.deepEqual(countsAndTemperatures(plan(settings(), questions, { repeats: 5 })), { 'direct': [10, [0.7]], 'self-consistency': [10, [0.7]] });
    assert.deepEqual(countsAndTemperatures(plan(settings(), questions, { repeats: 1 })), { 'direct': [2, [0]], 'self-consistency': [2, [0.7]] });
    assert.deepEqual(countsAndTemperatures(plan(settings({ temperature: 0.2 }), questions, { repeats: 2 })), { 'direct': [4, [0.2]], 'self-consistency': [4, [0.7]] });
  });

  it('asks a question alone as it asks it among others', () => {
    const among = plan(settings()).filter((sample) => sample.question.id === 'q1');
    const alone = plan(settings(), questions.slice(1));
    assert.deepEqual(alone.map((sample) => sample.promptHash), among.map((sample) => sample.promptHash));
  });

  it('gives every sample of a question a seed of its own', () => {
    const seeds = plan(settings(), questions, { repeats: 20 }).map((sample) => sample.request.seed);
    assert.equal(new Set(seeds).size, seeds.length);
  });
});
