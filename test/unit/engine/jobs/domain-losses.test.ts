// Losses of domains from those of their held-out sets.
import assert from 'node:assert/strict';
import { DomainLosses } from '../../../../src/engine/jobs/train/domain-losses';

describe('held-out loss of a domain', () => {
  const sets = [{ name: 'letters', domain: 'clinical' }, { name: 'web', domain: 'general' }, { name: 'notes', domain: 'clinical' }];

  it('is that of all its sets by their tokens, said with the last of them', () => {
    const losses = new DomainLosses(sets);
    assert.deepEqual(losses.take(0, 'letters', { loss: 2, tokens: 300 }), {});
    assert.deepEqual(losses.take(0, 'web', { loss: 9, tokens: 50 }), {}, 'a domain of one set has the loss of that set');
    assert.deepEqual(losses.take(0, 'notes', { loss: 4, tokens: 100 }), { 'heldout/domain/clinical/loss': 2.5 });
  });

  it('never mixes steps, as when a run stopped between two sets', () => {
    const losses = new DomainLosses(sets);
    losses.take(0, 'letters', { loss: 100, tokens: 300 });
    assert.deepEqual(losses.take(10, 'notes', { loss: 4, tokens: 100 }), {});
    assert.deepEqual(losses.take(10, 'letters', { loss: 4, tokens: 300 }), { 'heldout/domain/clinical/loss': 4 });
  });
});
