// What the key or value under the cursor means.
import assert from 'node:assert/strict';
import { hoverAt } from '../../../../src/documents/language/hover';
import type { FileKind } from '../../../../src/documents/language/kinds';
import { atCursor, kind } from './at-cursor';

function hover(name: FileKind['name'], marked: string): { word: string; facts: NonNullable<ReturnType<typeof hoverAt>>['facts'] } | undefined {
  const { text, offset } = atCursor(marked);
  const found = hoverAt(kind(name), text, offset);
  return found && { word: text.slice(found.span.start, found.span.end), facts: found.facts };
}

describe('hoverAt', () => {
  it('tells about a nested key', () => {
    const found = hover('run', 'schedule:\n  warmup|Fraction: 0.1\n');
    assert.equal(found?.word, 'warmupFraction');
    assert.equal(found.facts.unit, 'fraction, 0 to 1');
    assert.match(found.facts.description ?? '', /warm-up/);
  });

  it('tells about the key when the cursor is on its value', () => {
    const found = hover('mix', 'sources:\n  notes: { role: rep|lay }\n');
    assert.equal(found?.word, 'replay');
    assert.equal(found.facts.name, 'role');
    assert.deepEqual(found.facts.values, ['target', 'replay']);
    assert.equal(found.facts.defaultValue, 'target');
  });

  it('tells apart alternatives of a step', () => {
    assert.match(hover('study', 'steps:\n  a: { prompt: x.cot, o|f: b }\n')?.facts.description ?? '', /prompted/);
    assert.match(hover('study', 'steps:\n  a: { evaluate: { tasks: [t] }, o|f: b }\n')?.facts.description ?? '', /evaluated/);
  });

  it('counts from the start of a .cot file and says nothing of its body', () => {
    assert.equal(hover('cot', '---\r\nname: a\r\nrep|eats: 3\r\n---\r\nuser:\r\n')?.word, 'repeats');
    assert.equal(hover('cot', '---\nname: a\n---\nrep|eats: 3\n'), undefined);
  });

  it('says nothing of names the user chose, of unknown keys and of comments', () => {
    assert.equal(hover('run', 'nam: x|y\n'), undefined);
    assert.equal(hover('run', '# na|me\n'), undefined);
    assert.equal(hover('mix', 'sources:\n  no|tes: {}\n'), undefined);
  });
});
