// Numbers set in a mix file: the values change, and of the text nothing else.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parse } from 'yaml';
import { applyEdits, editNumbers, type NumberChange } from '../../../../src/documents/mix/edit';

const text = `# A mix.
name: demo   # its name
tokenizer: t

repeatCap: "4" # quoted
stages:
  # the only one
  - name: main # first
    tokens: &total 1000
    sources:
      a: { share: 0.8 }   # most of it
      "b":
        share: !!float 0.15
      c: {share: 0.05} # least
`;
const share = (source: string, value: number, stage = 0): NumberChange => ({ path: ['stages', stage, 'sources', source, 'share'], value });
const edited = (before: string, ...changes: NumberChange[]): string => applyEdits(before, editNumbers(before, changes));

describe('editing numbers of a mix file', () => {
  it('changes the scalars named and nothing else', () => {
    assert.equal(edited(text, share('a', 0.7), share('b', 0.25), { path: ['stages', 0, 'tokens'], value: 2000 }),
      text.replace('0.8', '0.7').replace('0.15', '0.25').replace('1000', '2000'));
    assert.equal(edited(text, { path: ['repeatCap'], value: 2 }), text.replace('"4"', '2'));
    assert.deepEqual(editNumbers(text, [share('a', 0.8)]), [], 'a value that is there already is no edit');
  });

  it('adds a key that is missing on a line of its own, or within braces', () => {
    assert.match(edited(text.replace(/repeatCap.*\n/, ''), { path: ['repeatCap'], value: 3 }), /^name: demo {3}# its name\nrepeatCap: 3\ntokenizer: t$/m);
    const withoutTotal = text.replace(/ {4}tokens.*\n/, '');
    assert.match(edited(withoutTotal, { path: ['stages', 0, 'tokens'], value: 9 }), /^ {2}- name: main # first\n {4}tokens: 9\n {4}sources:$/m);
    assert.equal(edited('stages: [{ name: s, sources: { a: { share: 1 } } }]', { path: ['stages', 0, 'tokens'], value: 9 }), 'stages: [{ name: s, tokens: 9, sources: { a: { share: 1 } } }]');
    assert.match(edited('name: x\r\ntokenizer: t\r\n', { path: ['repeatCap'], value: 3 }), /^name: x\r\nrepeatCap: 3\r\ntokenizer: t\r\n$/);
    assert.equal(edited('name: x', { path: ['repeatCap'], value: 3 }), 'name: x\nrepeatCap: 3');
  });

  it('gives a key its first value, and an alias one of its own', () => {
    assert.equal(edited('name: x\nrepeatCap: # none yet\n', { path: ['repeatCap'], value: 2 }), 'name: x\nrepeatCap: 2 # none yet\n');
    assert.equal(edited('one: &n 5\ntwo: *n # same\n', { path: ['two'], value: 7 }), 'one: &n 5\ntwo: 7 # same\n');
  });

  it('writes numbers plainly', () => {
    assert.match(edited(text, share('a', 0.1 + 0.2)), /a: \{ share: 0\.3 \}/);
    assert.match(edited(text, { path: ['stages', 0, 'tokens'], value: 2e21 }), /tokens: &total 2000000000000000000000$/m);
    assert.match(edited(text, share('a', 1e-7)), /share: 0\.0000001 /);
  });

  it('leaves out what has no place', () => {
    assert.deepEqual(editNumbers('name: [', [share('a', 1)]), []);
    assert.deepEqual(editNumbers('', [{ path: ['repeatCap'], value: 1 }]), []);
  });

  it('keeps every comment, and every value that was not named, in any layout', () => {
    const blank = fc.constantFrom('', ' ', '   ');
    const comment = fc.option(fc.stringMatching(/^[ -~]{0,12}$/).map((words) => ` # ${words}`), { nil: '' });
    const number = fc.constantFrom('0.25', '.5', '1e-1', '"0.3"', "'0.1'", '0.1000', '&x 0.2', '!!float 0.4');
    const source = fc.tuple(number, comment, comment, blank, fc.boolean()).map(([value, first, second, space, flow]) => (name: string, indent: string): string =>
      flow ? `${indent}${name}: {${space}share: ${value.replace('&x', `&${name}`)}${space} }${first}` : `${indent}${name}:${first}\n${indent}  ${first ? '# before\n' + indent + '  ' : ''}share:${space} ${value.replace('&x', `&${name}`)}${second}`);
    const file = fc.tuple(fc.array(source, { minLength: 1, maxLength: 4 }), comment, fc.constantFrom('\n', '\r\n'), fc.boolean(), fc.constantFrom(2, 4)).map(([sources, note, newline, blankLine, width]) => {
      const pad = ' '.repeat(width);
      return [`name: m${note}`, ...(blankLine ? ['', '#'] : []), `stages:${note}`, `${pad}- name: main${note}`, `${pad}  sources:`, ...sources.map((one, i) => one(`s${i}`, `${pad}      `)), `# end${note}`, '']
        .join('\n').replaceAll('\n', newline);
    });
    fc.assert(fc.property(file, fc.array(fc.integer({ min: 0, max: 10_000 }), { minLength: 4, maxLength: 4 }), fc.integer({ min: 1, max: 1e9 }), (before, values, tokens) => {
      const mix = parse(before) as { stages: [{ tokens?: number; sources: Record<string, { share: unknown }> }] };
      const names = Object.keys(mix.stages[0].sources);
      const after = edited(before, ...names.map((name, i) => share(name, values[i]! / 10_000)), { path: ['stages', 0, 'tokens'], value: tokens });
      names.forEach((name, i) => { mix.stages[0].sources[name]!.share = values[i]! / 10_000; });
      mix.stages[0].tokens = tokens;
      assert.deepEqual(parse(after), mix);
      const comments = (all: string): string[] => all.split(/\r?\n/).flatMap((line) => /(?:^|\s)#.*$/.exec(line)?.[0] ?? []);
      assert.deepEqual(comments(after), comments(before));
      assert.equal(after.split('\r\n').length - before.split('\r\n').length, before.includes('\r\n') ? 1 : 0);
    }));
  });
});
