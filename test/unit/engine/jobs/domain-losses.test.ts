// Losses of domains from those of their held-out sets.
import assert from 'node:assert/strict';
import { DomainLosses } from '../../../../src/engine/jobs/train/domain-losses';

describe('held-out loss of a domain', () => {
  const sets = [{ name: 'letters', domain: 'clinical' }, { name: 'web', domain: 'general' }, { name: 'notes', domain: 'clinical' }];

  /** A set of so many bytes a token. */
  const measured = (loss: number, tokens: number, bytesPerToken: number): { loss: number; tokens: number; bitsPerByte: number } => ({ loss, tokens, bitsPerByte: loss / Math.LN2 / bytesPerToken });

  it('is that of all its sets by their tokens, and bits per byte by their bytes, said with the last of them', () => {
    const losses = new DomainLosses(sets);
    assert.deepEqual(losses.take(0, 'letters', measured(2, 300, 4)), {});
    assert.deepEqual(losses.take(0, 'web', measured(9, 50, 4)), {}, 'a domain of one set has the loss of that set');
    const metrics = losses.take(0, 'notes', measured(4, 100, 8));
    assert.deepEqual(Object.keys(metrics), ['heldout/domain/clinical/loss', 'heldout/domain/clinical/bitsPerByte']);
    assert.equal(metrics['heldout/domain/clinical/loss'], 2.5);
    // 1000 nats over 300 · 4 + 100 · 8 bytes.
    assert.ok(Math.abs(metrics['heldout/domain/clinical/bitsPerByte']! - 1000 / Math.LN2 / 2000) < 1e-12);
  });

  it('never mixes steps, as when a run stopped between two sets', () => {
    const losses = new DomainLosses(sets);
    losses.take(0, 'letters', measured(100, 300, 4));
    assert.deepEqual(losses.take(10, 'notes', measured(4, 100, 4)), {});
    assert.equal(losses.take(10, 'letters', measured(4, 300, 4))['heldout/domain/clinical/loss'], 4);
  });
});
