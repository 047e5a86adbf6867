// Held-out documents never share a group or a text with a training document, of any source; which they are depends on their
// group alone.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { UserError } from '../../../../src/base/errors/problem';
import { mixSchema } from '../../../../src/documents/mix/schema';
import { chooseHeldOut, dropEqual } from '../../../../src/engine/data/build/held-out';
import type { PlannedPart } from '../../../../src/engine/data/build/parts';
import { Columns } from '../../../../src/engine/data/columns';
import { DocumentTable } from '../../../../src/engine/data/build/table';
import type { MixPlan } from '../../../../src/engine/data/plan/plan';

interface Fact { readonly group: number; readonly text: string }

/** A table of the parts: held-out files first, as a build has it. */
function split(sources: Readonly<Record<string, readonly Fact[]>>, heldOut: Readonly<Record<string, object>>, own: Readonly<Record<string, readonly Fact[]>> = {}, seed = 1, rowsOfPass?: number): DocumentTable {
  const mix = mixSchema.parse({
    name: 'm', tokenizer: 't', seed, heldOut, stages: [{ name: 's', sources: {} }],
    sources: Object.fromEntries(Object.keys(sources).map((name) => [name, { path: 'x', domain: 'd' }])),
  });
  const all = [...Object.entries(own).map(([name, facts]) => ({ name, facts, isHeldOut: true })), ...Object.entries(sources).map(([name, facts]) => ({ name, facts, isHeldOut: false }))];
  const table = new TestTable(all.map(({ facts }) => facts));
  const parts = all.map(({ name, isHeldOut }) => ({ name, isHeldOut })) as unknown as PlannedPart[];
  chooseHeldOut({ mix, file: { name: 'm.mix.yaml' } } as MixPlan, parts, table);
  dropEqual(parts, table, true, rowsOfPass);
  return table;
}

class TestTable extends DocumentTable {
  constructor(parts: readonly (readonly Fact[])[]) {
    super(new Columns(path.join(tmpdir(), 'never-made')));
    parts.forEach((facts, part) => {
      for (const { group, text } of facts) {
        this.part.push(part);
        this.group.push(group);
        const key = createHash('sha256').update(text).digest();
        for (let word = 0; word < 4; word++) this.key.push(key.readUInt32LE(4 * word));
      }
    });
  }
}

const rowsOf = (table: DocumentTable, fate: string): number[] => Array.from({ length: table.length }, (_, row) => row).filter((row) => table.fateOf(row) === fate);
const fact = fc.record({ group: fc.integer({ min: 0, max: 12 }), text: fc.integer({ min: 0, max: 200 }).map(String) });
const singles = (count: number): Fact[] => Array.from({ length: count }, (_, i) => ({ group: i, text: `t${i}` }));

describe('held-out documents', () => {
  it('share no group and no text with training, and no text is trained on twice', () => {
    fc.assert(fc.property(fc.array(fact, { minLength: 30, maxLength: 60 }), fc.array(fact, { maxLength: 20 }), fc.array(fact, { minLength: 1, maxLength: 3 }), fc.nat(5), (a, b, own, seed) => {
      fc.pre(new Set(a.map((one) => one.group)).size > 6);
      const facts = [...own, ...a, ...b];
      const table = split({ a, b }, { clinical: { source: 'a', fraction: 0.2 }, general: { path: 'x', domain: 'g' } }, { general: own }, seed);
      const held = rowsOf(table, 'held-out').map((row) => facts[row]!);
      const training = rowsOf(table, 'training').map((row) => facts[row]!);
      assert.ok(training.every(({ group, text }) => held.every((one) => one.group !== group && one.text !== text)));
      assert.equal(new Set(training.map(({ text }) => text)).size, training.length);
    }));
  });

  it('and equal ones are the same, however many rows are looked at at once', () => {
    fc.assert(fc.property(fc.array(fact, { minLength: 30, maxLength: 60 }), fc.array(fact, { maxLength: 20 }), fc.array(fact, { minLength: 1, maxLength: 6 }), fc.integer({ min: 1, max: 9 }), (a, b, own, rowsOfPass) => {
      fc.pre(new Set(a.map((one) => one.group)).size > 6);
      const decide = (rows?: number): unknown => {
        const table = split({ a, b }, { clinical: { source: 'a', fraction: 0.2 }, general: { path: 'x', domain: 'g' } }, { general: own }, 1, rows);
        return Array.from({ length: table.length }, (_, row) => [table.fateOf(row), table.keeper.at(row), table.heldOutSet.at(row)]);
      };
      assert.deepEqual(decide(rowsOfPass), decide());
    }));
  });

  it('are about the fraction, and others for another seed', () => {
    const held = (seed: number): number[] => rowsOf(split({ a: singles(100) }, { h: { source: 'a', fraction: 0.1 } }, {}, seed), 'held-out');
    assert.equal(held(1).length, 10);
    assert.deepEqual(held(1), held(1));
    assert.notDeepEqual(held(1), held(2));
  });

  it('stay the same in whatever order the documents come', () => {
    const groups = (facts: readonly Fact[]): number[] => {
      const table = split({ a: facts }, { h: { source: 'a', fraction: 0.2 } });
      return rowsOf(table, 'held-out').map((row) => facts[row]!.group).sort((x, y) => x - y);
    };
    fc.assert(fc.property(fc.shuffledSubarray(singles(40), { minLength: 40 }), (shuffled) => { assert.deepEqual(groups(shuffled), groups(singles(40))); }));
  });

  it('are different ones for two sets of one source', () => {
    const table = split({ a: singles(20) }, { one: { source: 'a', fraction: 0.2 }, two: { source: 'a', fraction: 0.2 } });
    const of = (set: number): number[] => rowsOf(table, 'held-out').filter((row) => table.heldOutSet.at(row) === set);
    assert.deepEqual([of(0).length, of(1).length], [4, 3]);
  });

  it('are refused when all is one group', () => {
    assert.throws(() => split({ a: [{ group: 7, text: '1' }, { group: 7, text: '2' }] }, { h: { source: 'a', fraction: 0.1 } }), (error) =>
      error instanceof UserError && error.problems[0]!.code === 'mix-held-out-takes-all' && error.problems[0]!.key === 'heldOut.h.fraction');
  });
});
