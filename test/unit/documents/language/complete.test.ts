// What is suggested where: keys and values come from the schema by the path under the cursor.
import assert from 'node:assert/strict';
import { strategyNames } from '../../../../src/documents/cot/strategy';
import fc from 'fast-check';
import { complete, type Suggestion } from '../../../../src/documents/language/complete';
import type { FileKind } from '../../../../src/documents/language/kinds';
import { atCursor, kind } from './at-cursor';

function suggestions(name: FileKind['name'], marked: string): readonly Suggestion[] {
  const { text, offset } = atCursor(marked);
  return complete(kind(name), text, offset)?.suggestions ?? [];
}

function labels(name: FileKind['name'], marked: string): string[] {
  return suggestions(name, marked).map((one) => one.label);
}

describe('complete', () => {
  it('suggests keys of an empty file, needed ones first', () => {
    assert.deepEqual(labels('run', '|').slice(0, 6), ['name', 'stage', 'base', 'data', 'batchSize', 'optimiser']);
  });

  it('leaves out keys that are there, above and below', () => {
    const found = labels('run', 'name: a\n|\nbatchSize: 4\n');
    assert.ok(found.includes('seed'));
    assert.ok(!found.includes('name') && !found.includes('batchSize'));
  });

  it('goes by the indentation of the cursor', () => {
    const text = 'optimiser:\n  learningRate: 0.1\n';
    assert.ok(labels('run', `${text}  |`).includes('weightDecay'));
    assert.ok(!labels('run', `${text}  |`).includes('learningRate'));
    assert.ok(labels('run', `${text}|`).includes('schedule'));
  });

  it('suggests under a key that has nothing yet, and through unions', () => {
    assert.deepEqual(labels('run', 'base:\n  |\n'), ['new']);
    assert.ok(labels('run', 'base:\n  new:\n    hid|\n').includes('hiddenSize'));
  });

  it('suggests in flow maps, in items of lists and below names the user chose', () => {
    assert.deepEqual(labels('mix', 'stages:\n  - name: a\n    sources:\n      notes: { | }\n'), ['share', 'epochs', 'tokens']);
    assert.deepEqual(labels('mix', 'stages:\n  - |\n').slice(0, 2), ['name', 'sources']);
    assert.ok(labels('mix', 'sources:\n  notes:\n    path: x\n    |\n').includes('domain'));
  });

  it('keeps to the alternative that the keys there belong to', () => {
    assert.deepEqual(labels('study', 'steps:\n  tuned: { run: a.run.yaml, | }\n'), ['base', 'seed', 'set', 'after']);
    assert.deepEqual(labels('mix', 'heldOut:\n  test:\n    source: notes\n    |\n'), ['fraction']);
  });

  it('suggests values of enumerations, truth values and null', () => {
    assert.deepEqual(labels('run', 'stage: |\nbatchSize: 4\n'), ['pretrain', 'finetune']);
    assert.deepEqual(labels('run', 'schedule:\n  kind: c|osine\n'), ['constant', 'cosine', 'linear', 'warmup-stable-decay']);
    assert.deepEqual(labels('mix', 'deduplicate: { exact: | }\n'), ['true', 'false']);
    assert.deepEqual(labels('run', 'optimiser:\n  clipNorm: |\n'), ['null']);
  });

  it('suggests values in lists, flow and block, within the front matter of a .cot file only', () => {
    const strategies = [...strategyNames];
    assert.deepEqual(labels('cot', '---\nstrategies: [|]\n---\n{{ question }}\n'), strategies);
    assert.deepEqual(labels('cot', '---\nstrategies: [direct, ch|]\n---\n{{ question }}\n'), strategies);
    assert.deepEqual(labels('cot', '---\r\nstrategies:\r\n  - |\r\n---\r\n'), strategies);
    assert.deepEqual(labels('cot', '---\nname: a\n---\n|\n'), []);
  });

  it('suggests names that the file gives elsewhere', () => {
    const mix = 'sources:\n  notes: { path: a }\n  books: { path: b }\n';
    assert.deepEqual(labels('mix', `${mix}stages:\n  - name: a\n    sources:\n      notes: { share: 1 }\n      |\n`), ['books']);
    assert.deepEqual(labels('mix', `${mix}heldOut:\n  test: { source: | }\n`), ['notes', 'books']);
    const study = 'steps:\n  one: { run: a.run.yaml }\n  two: { mix: a.mix.yaml }\n  three: { run: b.run.yaml, ';
    assert.deepEqual(labels('study', `${study}base: | }\n`), ['one']);
    assert.deepEqual(labels('study', `${study}after: [|] }\n`), ['one', 'two']);
    assert.deepEqual(labels('study', `${study}}\ncomparison:\n  - better: |\n`), ['one', 'three']);
    assert.deepEqual(labels('study', 'grid:\n  rows: { a: A }\n  columns: { b: B }\n  cells:\n    a: { | }\n'), ['b']);
  });

  it('names the files a value may name', () => {
    const files = (name: FileKind['name'], marked: string): string | undefined => {
      const { text, offset } = atCursor(marked);
      return complete(kind(name), text, offset)?.files?.glob;
    };
    assert.equal(files('run', 'data: ../mix|\n'), '**/*.mix.yaml');
    assert.equal(files('study', 'steps:\n  a: { evaluate: { tasks: [a.yaml, |] }, of: b }\n'), '**/tasks/*.yaml');
    assert.equal(files('run', 'name: |\n'), undefined);
  });

  it('inserts what the value needs, and the key alone where a colon stands', () => {
    const snippet = (marked: string, label: string): string | undefined => suggestions('run', marked).find((one) => one.label === label)?.snippet;
    assert.equal(snippet('|', 'seed'), 'seed: $0');
    assert.equal(snippet('|', 'optimiser'), 'optimiser:\n  $0');
    assert.equal(snippet('se|: 4', 'seed'), 'seed');
    assert.equal(suggestions('mix', 'stages:\n  - |\n').find((one) => one.label === 'sources')?.snippet, 'sources:\n    $0');
  });

  it('replaces the whole word at the cursor', () => {
    const { text, offset } = atCursor('name: a\nschedule: { kind: con|st }\n');
    const found = complete(kind('run'), text, offset);
    assert.equal(text.slice(found!.replace.start, found!.replace.end), 'const');
  });

  it('tells description, unit, default and values with each suggestion', () => {
    const facts = suggestions('mix', '|').find((one) => one.label === 'sequenceLength')!.facts;
    assert.deepEqual(facts, {
      name: 'sequenceLength', type: 'integer', isRequired: false, description: 'Tokens in one training sequence.', unit: 'tokens', defaultValue: 1024, values: [],
    });
  });

  it('suggests nothing in comments, after a colon without a blank, and in names the user chooses', () => {
    assert.deepEqual(labels('run', '# |'), []);
    assert.deepEqual(labels('run', 'stage:|'), []);
    assert.deepEqual(labels('mix', 'sources:\n  |\n'), []);
  });

  it('never throws, wherever the cursor is in whatever text', () => {
    const text = fc.string({ unit: fc.constantFrom('-', '\n', ':', '{', '}', ' ', 'stages', 'kind', '[', '"', '#', '&a', '*a', '\r'), maxLength: 40 });
    fc.assert(fc.property(text, fc.nat(), (one, at) => {
      for (const name of ['mix', 'cot'] as const) complete(kind(name), one, at % (one.length + 1));
    }));
  });
});
