import assert from 'node:assert/strict';
import { isDecayed } from '../../../../src/engine/train/optimiser';
import { readFixture } from './fixtures';

it('weight decay spares the norms and biases that transformers\' Trainer spares, and nothing else', () => {
  const families = (readFixture('decay-groups.json') as Record<string, Record<string, { shape: number[]; decays: boolean }>>);
  for (const [family, parameters] of Object.entries(families)) {
    for (const [name, { shape, decays }] of Object.entries(parameters)) assert.equal(isDecayed(shape), decays, `${family}: ${name}`);
    assert.ok(Object.values(parameters).some(({ decays }) => !decays), family);
  }
});
