// What a stage takes: quotas, repeats, the cap, whole documents, order.
import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { UserError } from '../../../../src/base/errors/problem';
import { largestRemainder } from '../../../../src/documents/mix/amounts/rounding';
import { mixSchema } from '../../../../src/documents/mix/schema';
import { Columns } from '../../../../src/engine/data/columns';
import { drawStage } from '../../../../src/engine/data/build/draw';
import type { Supply } from '../../../../src/engine/data/build/supply';
import type { MixPlan } from '../../../../src/engine/data/plan/plan';

const fileText = 'name: m\nstages:\n  - name: main\n    sources:\n      a: { share: 1 }\n';

interface Drawn { readonly source: string; readonly document: number; readonly length: number }

function supply(lengths: readonly number[]): Supply {
  return { documents: Uint32Array.from(lengths, (_, index) => index), lengths: Uint32Array.from(lengths) };
}

function draw(sources: Readonly<Record<string, unknown>>, lengths: Readonly<Record<string, readonly number[]>>, more: Readonly<Record<string, unknown>> = {}, seed = 1): Drawn[] {
  const mix = mixSchema.parse({
    name: 'm', tokenizer: 't', seed, sources: Object.fromEntries(Object.keys(lengths).map((name) => [name, { path: 'x', domain: 'd' }])),
    stages: [{ name: 'main', sources, ...('tokens' in more ? { tokens: more['tokens'] } : {}) }],
    ...('repeatCap' in more ? { repeatCap: more['repeatCap'] } : {}),
  });
  const plan = { mix, file: { name: 'm.mix.yaml', text: fileText } } as MixPlan;
  const drawn = drawStage(plan, 0, new Columns(path.join(tmpdir(), 'never-made')), new Map(Object.entries(lengths).map(([name, list]) => [name, supply(list)])), (name) => {
    const tokens = lengths[name]!.reduce((a, b) => a + b, 0);
    return { documents: lengths[name]!.length, tokens, bytes: tokens };
  });
  return Array.from(drawn.documents, ({ source: place, at }) => {
    const { source } = drawn.sources[place]!;
    return { source, document: at, length: lengths[source]![at]! };
  });
}

const tokensFrom = (drawn: readonly Drawn[], source: string): number => drawn.filter((one) => one.source === source).reduce((sum, { length }) => sum + length, 0);
const problemOf = (act: () => unknown): UserError['problems'][0] => {
  try {
    act();
  } catch (error) {
    if (error instanceof UserError) return error.problems[0]!;
    throw error;
  }
  return assert.fail('nothing was thrown');
};

describe('largestRemainder', () => {
  it('sums to the total and is off by less than one anywhere', () => {
    fc.assert(fc.property(fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 1, maxLength: 8 }), fc.integer({ min: 1, max: 1_000_000 }), (weights, total) => {
      const sum = weights.reduce((a, b) => a + b, 0);
      const shares = weights.map((weight) => weight / sum);
      const rounded = largestRemainder(shares, total);
      assert.equal(rounded.reduce((a, b) => a + b, 0), total);
      rounded.forEach((value, i) => { assert.ok(Math.abs(value - shares[i]! * total) < 1 + 1e-6); });
    }));
  });
  it('gives the missing token to the largest remainder', () => {
    assert.deepEqual(largestRemainder([0.25, 0.45, 0.3], 10), [3, 4, 3]);
    assert.deepEqual(largestRemainder([0.5, 0.5], 3), [2, 1]);
  });
});

describe('drawStage', () => {
  const tens = (count: number): number[] => new Array<number>(count).fill(10);

  it('takes shares of the stage in whole documents', () => {
    const drawn = draw({ a: { share: 0.75 }, b: { share: 0.25 } }, { a: tens(100), b: tens(100) }, { tokens: 400 });
    assert.deepEqual([tokensFrom(drawn, 'a'), tokensFrom(drawn, 'b')], [300, 100]);
  });

  it('takes whole epochs exactly, and a part of one in fresh order', () => {
    const drawn = draw({ a: { epochs: 2.5 } }, { a: tens(10) });
    const seen = new Map<number, number>();
    for (const { document } of drawn) seen.set(document, (seen.get(document) ?? 0) + 1);
    assert.equal(drawn.length, 25);
    assert.deepEqual([...seen.values()].sort(), [2, 2, 2, 2, 2, 3, 3, 3, 3, 3]);
    const order = drawn.map((one) => one.document);
    assert.deepEqual(order.slice(0, 10).sort((x, y) => x - y), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    assert.notDeepEqual(order.slice(0, 10), order.slice(10, 20));
  });

  it('comes as close to a number of tokens as whole documents do', () => {
    fc.assert(fc.property(fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 5, maxLength: 30 }), fc.integer({ min: 50, max: 400 }), fc.integer({ min: 0, max: 9 }), (lengths, tokens, seed) => {
      const available = lengths.reduce((a, b) => a + b, 0);
      fc.pre(tokens <= 4 * available);
      const taken = tokensFrom(draw({ a: { tokens } }, { a: lengths }, {}, seed), 'a');
      assert.ok(Math.abs(taken - tokens) <= Math.max(...lengths) / 2, `${taken} for ${tokens}`);
    }));
  });

  it('spreads every source over the whole stage', () => {
    const drawn = draw({ a: { epochs: 1 }, b: { epochs: 1 } }, { a: tens(300), b: tens(100) });
    for (let quarter = 0; quarter < 4; quarter++) {
      const part = drawn.slice(quarter * 100, (quarter + 1) * 100);
      const ofB = part.filter((one) => one.source === 'b').length;
      assert.ok(ofB >= 23 && ofB <= 27, `${ofB} of b in quarter ${quarter}`);
    }
  });

  it('gives the same order for the same seed and another for another', () => {
    const names = (seed: number): string => draw({ a: { epochs: 2 }, b: { epochs: 1 } }, { a: tens(20), b: tens(20) }, {}, seed).map((one) => `${one.source}${one.document}`).join(' ');
    assert.equal(names(1), names(1));
    assert.notEqual(names(1), names(2));
  });

  it('refuses more repeats than the cap, naming source, needed and available', () => {
    const problem = problemOf(() => draw({ a: { tokens: 401 } }, { a: tens(10) }));
    assert.equal(problem.code, 'mix-repeat-cap');
    assert.match(problem.message, /source a would be repeated 4\.01 times: 401 tokens are needed, 100 are available, and repeatCap is 4/);
    assert.deepEqual([problem.file, problem.line, problem.key], ['m.mix.yaml', 5, 'stages.0.sources.a']);
    assert.equal(tokensFrom(draw({ a: { tokens: 400 } }, { a: tens(10) }), 'a'), 400);
    assert.equal(problemOf(() => draw({ a: { epochs: 2 } }, { a: tens(10) }, { repeatCap: 1 })).code, 'mix-repeat-cap');
  });

  it('refuses a source with nothing left', () => {
    assert.equal(problemOf(() => draw({ a: { tokens: 5 } }, { a: [] })).code, 'mix-source-empty');
  });
});
