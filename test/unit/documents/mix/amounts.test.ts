// What a stage takes, from settings and sizes alone: totals, feasibility, and the largest stage that is feasible.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { rebalanced, summingToOne } from '../../../../src/documents/mix/amounts/rounding';
import { type Amount, stageAmounts, type SourceSize, type StageSettings } from '../../../../src/documents/mix/amounts/stage';

const size = (tokens: number): SourceSize => ({ documents: tokens, tokens, bytes: 4 * tokens });
const sizesOf = (tokens: readonly number[]): Record<string, SourceSize> => Object.fromEntries(tokens.map((one, i) => [`s${i}`, size(one)]));
const stageOf = (amounts: readonly Amount[], tokens?: number): StageSettings =>
  ({ name: 'main', ...(tokens === undefined ? {} : { tokens }), sources: Object.fromEntries(amounts.map((amount, i) => [`s${i}`, amount])) });
/** The stage with the values its largest feasible one names. */
const applied = (stage: StageSettings, largest: { total?: number; amounts: Readonly<Record<string, Amount>> }): StageSettings =>
  ({ ...stage, ...(largest.total === undefined ? {} : { tokens: largest.total }), sources: { ...stage.sources, ...largest.amounts } });

const supplies = fc.array(fc.integer({ min: 1, max: 100_000 }), { minLength: 1, maxLength: 6 });
const caps = fc.oneof(fc.integer({ min: 1, max: 8 }), fc.double({ min: 1, max: 8, noNaN: true }));
const weightsFor = (count: number): fc.Arbitrary<number[]> => fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: count, maxLength: count }).filter((all) => all.some((one) => one > 0));

describe('stageAmounts', () => {
  it('gives shares of the total, epochs of the source, and tokens as they are', () => {
    const shares = stageAmounts(stageOf([{ share: 0.8 }, { share: 0.2 }], 1000), sizesOf([400, 100]), 4);
    assert.deepEqual(shares.sources.map(({ tokens, epochs, mostTokens }) => [tokens, epochs, mostTokens]), [[800, 2, 1600], [200, 2, 400]]);
    assert.deepEqual([shares.tokens, shares.feasible, shares.kind], [1000, true, 'share']);
    const epochs = stageAmounts(stageOf([{ epochs: 1.5 }, { epochs: 0.25 }]), sizesOf([400, 100]), 4);
    assert.deepEqual(epochs.sources.map(({ tokens, share }) => [tokens, share]), [[600, 0.96], [25, 0.04]]);
    assert.deepEqual(stageAmounts(stageOf([{ tokens: 7 }]), sizesOf([400]), 4).sources.map((one) => one.tokens), [7]);
  });

  it('says what it can while sizes are not known', () => {
    const shares = stageAmounts(stageOf([{ share: 0.8 }, { share: 0.2 }], 1000), { s0: size(400) }, 4);
    assert.deepEqual(shares.sources.map(({ tokens, epochs }) => [tokens, epochs]), [[800, 2], [200, undefined]]);
    assert.equal(shares.feasible, undefined);
    assert.equal(stageAmounts(stageOf([{ share: 0.9 }, { share: 0.1 }], 10_000), { s0: size(400) }, 4).feasible, false, 'one source that cannot is enough');
    assert.equal(stageAmounts(stageOf([{ epochs: 2 }]), {}, 4).sources[0]!.tokens, undefined);
  });

  it('names a source with nothing left, and then no stage is feasible', () => {
    const { sources, feasible, largest } = stageAmounts(stageOf([{ tokens: 5 }, { tokens: 900 }]), sizesOf([0, 100]), 4);
    assert.deepEqual(sources.map((one) => one.fault), ['empty', 'repeat-cap']);
    assert.deepEqual([feasible, largest], [false, undefined]);
    assert.equal(stageAmounts(stageOf([{ share: 0 }, { share: 1 }], 50), sizesOf([0, 100]), 4).feasible, true, 'taking nothing of it is fine');
  });

  it('finds the largest stage in shares: feasible, and none a rounding step larger is', () => {
    fc.assert(fc.property(supplies.chain((tokens) => fc.tuple(fc.constant(tokens), weightsFor(tokens.length), caps)), ([tokens, weights, cap]) => {
      const shares = weights.map((weight) => weight / weights.reduce((a, b) => a + b, 0));
      const stage = stageOf(shares.map((share) => ({ share })), 10_000_000_000);
      const { largest } = stageAmounts(stage, sizesOf(tokens), cap);
      // A share so small that no token of it fits leaves nothing to find.
      if (!largest) return;
      assert.equal(stageAmounts(applied(stage, largest), sizesOf(tokens), cap).feasible, true);
      const smallest = Math.min(...shares.filter((share) => share > 0));
      assert.equal(stageAmounts({ ...stage, tokens: largest.total! + Math.ceil(2 / smallest) + 1 }, sizesOf(tokens), cap).feasible, false);
    }));
  });

  it('finds the largest stage in epochs and tokens, leaving sources alone that suffice', () => {
    fc.assert(fc.property(supplies, caps, fc.array(fc.double({ min: 0.01, max: 20, noNaN: true }), { minLength: 6, maxLength: 6 }), fc.boolean(), (tokens, cap, factors, inEpochs) => {
      const stage = stageOf(tokens.map((one, i): Amount => (inEpochs ? { epochs: factors[i]! } : { tokens: Math.max(1, Math.round(factors[i]! * one)) })));
      const sizes = sizesOf(tokens);
      const { feasible, largest, sources } = stageAmounts(stage, sizes, cap);
      assert.equal(feasible, largest === undefined);
      if (!largest) return;
      const after = stageAmounts(applied(stage, largest), sizes, cap);
      assert.equal(after.feasible, true);
      assert.ok(Math.abs(after.tokens - largest.tokens) <= tokens.length);
      assert.deepEqual(Object.keys(largest.amounts), sources.filter((one) => one.fault).map((one) => one.source));
    }));
  });

  it('calls a stage in two kinds mixed and offers nothing for it', () => {
    const { kind, largest } = stageAmounts(stageOf([{ tokens: 5 }, { epochs: 90 }]), sizesOf([10, 100]), 4);
    assert.deepEqual([kind, largest], ['mixed', undefined]);
  });
});

describe('shares that are moved', () => {
  it('sum to 1, keep the one that was set, and keep the others in proportion', () => {
    fc.assert(fc.property(fc.integer({ min: 2, max: 8 }).chain((count) => fc.tuple(weightsFor(count), fc.nat(count - 1))), fc.integer({ min: 0, max: 10_000 }), ([weights, index], units) => {
      const sum = weights.reduce((a, b) => a + b, 0);
      const shares = weights.map((weight) => weight / sum);
      const moved = rebalanced(shares, index, units / 10_000);
      assert.equal(moved[index], units / 10_000);
      assert.equal(moved.reduce((total, share) => total + Math.round(share * 10_000), 0), 10_000);
      const others = shares.reduce((total, share, i) => (i === index ? total : total + share), 0);
      if (others > 0) moved.forEach((share, i) => { if (i !== index) assert.ok(Math.abs(share - (shares[i]! / others) * (1 - units / 10_000)) <= 1.0001e-4); });
    }));
    assert.deepEqual(rebalanced([1, 0, 0], 0, 0.5), [0.5, 0.25, 0.25]);
    assert.deepEqual(rebalanced([1], 0, 0.3), [1]);
  });

  it('are made to sum to 1 in proportion', () => {
    assert.deepEqual(summingToOne([0.5, 0.25, 0.5]), [0.4, 0.2, 0.4]);
    assert.deepEqual(summingToOne([0, 0]), [0.5, 0.5]);
  });
});
