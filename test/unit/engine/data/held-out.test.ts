// Held-out documents never share a group or a text with a training document, of any source.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { UserError } from '../../../../src/base/errors/problem';
import { mixSchema } from '../../../../src/documents/mix/schema';
import type { Collected } from '../../../../src/engine/data/build/collect';
import { splitHeldOut, type Split } from '../../../../src/engine/data/build/held-out';
import { TokenStore } from '../../../../src/engine/data/build/token-store';
import type { MixPlan } from '../../../../src/engine/data/plan/plan';

interface Fact { readonly group: string; readonly text: string }

function collected(facts: readonly Fact[]): Collected {
  const store = new TokenStore();
  facts.forEach(({ group, text }, index) => { store.add([index, index, 1], undefined, { bytes: 5, group, textHash: text, document: index + 1 }); });
  return {
    store, documentsRead: facts.length, documentsKept: facts.length, tokens: 3 * facts.length, bytes: 5 * facts.length,
    setAside: {}, leftOut: {}, licences: {}, truncated: 0, split: 0, hits: [], firstBad: new Map(), badRecords: [],
  };
}

function split(sources: Readonly<Record<string, Collected>>, heldOut: Readonly<Record<string, object>>, own: Readonly<Record<string, Collected>> = {}, seed = 1): Split {
  const mix = mixSchema.parse({
    name: 'm', tokenizer: 't', seed, heldOut, stages: [{ name: 's', sources: {} }],
    sources: Object.fromEntries(Object.keys(sources).map((name) => [name, { path: 'x', domain: 'd' }])),
  });
  return splitHeldOut({ mix, file: { name: 'm.mix.yaml' } } as MixPlan, new Map(Object.entries(sources)), new Map(Object.entries(own)));
}

const fact = fc.record({ group: fc.integer({ min: 0, max: 12 }).map(String), text: fc.integer({ min: 0, max: 200 }).map(String) });

describe('splitHeldOut', () => {
  it('keeps groups and texts on one side, and counts every document', () => {
    fc.assert(fc.property(fc.array(fact, { minLength: 30, maxLength: 60 }), fc.array(fact, { maxLength: 20 }), fc.array(fact, { minLength: 1, maxLength: 3 }), fc.nat(5), (a, b, own, seed) => {
      fc.pre(new Set(a.map((one) => one.group)).size > 6);
      const sources = { a: collected(a), b: collected(b) };
      const { training, heldOut } = split(sources, { clinical: { source: 'a', fraction: 0.2 }, general: { path: 'x', domain: 'g' } }, { general: collected(own) }, seed);
      const out = [...heldOut.values()].flatMap((set) => set.documents);
      const groups = new Set(out.map((one) => one.group));
      const texts = new Set(out.map((one) => one.textHash));
      for (const { documents } of training.values()) {
        assert.ok(documents.every((one) => !groups.has(one.group) && !texts.has(one.textHash)));
      }
      for (const [name, source] of Object.entries(sources)) {
        assert.equal(source.documentsRead, source.documentsKept + Object.values(source.setAside).reduce((x, y) => x + y, 0));
        assert.equal(source.documentsKept, training.get(name)!.documents.length);
        assert.deepEqual([source.tokens, source.bytes], [3 * source.documentsKept, 5 * source.documentsKept]);
      }
      assert.ok(heldOut.get('clinical')!.documents.length >= Math.round(0.2 * a.length));
    }));
  });

  it('takes about the fraction when groups are single documents, and other documents for another seed', () => {
    const source = (): Collected => collected(Array.from({ length: 100 }, (_, i) => ({ group: `g${i}`, text: `t${i}` })));
    const held = (seed: number): number[] => split({ a: source() }, { h: { source: 'a', fraction: 0.1 } }, {}, seed).heldOut.get('h')!.documents.map((one) => one.document);
    assert.equal(held(1).length, 10);
    assert.deepEqual(held(1), held(1));
    assert.notDeepEqual(held(1), held(2));
  });

  it('gives two sets of one source different documents', () => {
    const { heldOut } = split({ a: collected(Array.from({ length: 20 }, (_, i) => ({ group: `g${i}`, text: `t${i}` }))) }, { one: { source: 'a', fraction: 0.2 }, two: { source: 'a', fraction: 0.2 } });
    const [one, two] = [...heldOut.values()].map((set) => new Set(set.documents));
    assert.ok([...one!].every((document) => !two!.has(document)));
  });

  it('refuses to hold out everything because all is one group', () => {
    assert.throws(() => split({ a: collected([{ group: 'p', text: '1' }, { group: 'p', text: '2' }]) }, { h: { source: 'a', fraction: 0.1 } }), (error) =>
      error instanceof UserError && error.problems[0]!.code === 'mix-held-out-takes-all' && error.problems[0]!.key === 'heldOut.h.fraction');
  });
});
