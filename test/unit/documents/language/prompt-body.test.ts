// Completion and hover in the Jinja body of a prompt experiment.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseCot } from '../../../../src/documents/cot/parse';
import { bodyPart } from '../../../../src/documents/language/kinds';
import { completeBody, hoverBody } from '../../../../src/documents/language/prompt-body';
import { atCursor, kind } from './at-cursor';

function labels(marked: string): string[] {
  const { text, offset } = atCursor(marked);
  return completeBody(text, offset)?.words.map((word) => word.label) ?? [];
}

const variables = ['question', 'options', 'strategy', 'examples'];

describe('completeBody', () => {
  it('suggests roles at the start of a line only', () => {
    assert.deepEqual(labels('us|'), ['system:', 'user:', 'assistant:']);
    assert.deepEqual(labels('user:\nhello |'), []);
  });

  it('suggests variables within tags, tags where one starts', () => {
    assert.deepEqual(labels('user:\n{{ qu|'), variables);
    assert.deepEqual(labels('{% if |'), variables);
    assert.ok(labels('{% |').includes('endfor'));
    assert.deepEqual(labels('{{ question }} |'), []);
  });

  it('suggests strategies where one is compared, and nothing in other texts and after a pipe', () => {
    assert.deepEqual(labels('{% if strategy == "ch|"'), ['direct', 'chain-of-thought', 'self-consistency']);
    assert.deepEqual(labels('{{ "qu|'), []);
    assert.equal(completeBody('{{ question | tr', 16), undefined);
  });

  it('suggests the fields of what a loop goes over', () => {
    assert.deepEqual(labels('{% for option in options %}{{ option.|'), ['letter', 'text']);
    assert.deepEqual(labels('{% for one in examples %}{% for o in one.options %}{{ o.|'), ['letter', 'text']);
    assert.ok(labels('{% for one in examples %}{{ one.|').includes('reasoning'));
    assert.deepEqual(labels('{{ other.|'), []);
  });

  it('never throws', () => {
    const text = fc.string({ unit: fc.constantFrom('{{', '}}', '{%', '%}', ' ', '.', '"', 'for x in options', 'x', '\n', '(', '|'), maxLength: 20 });
    fc.assert(fc.property(text, fc.nat(), (one, at) => {
      completeBody(one, at % (one.length + 1));
      hoverBody(one, at % (one.length + 1));
    }));
  });
});

describe('hoverBody', () => {
  it('tells what variables, fields and roles mean, and is silent in plain text', () => {
    const hover = (marked: string): string | undefined => {
      const { text, offset } = atCursor(marked);
      return hoverBody(text, offset)?.word.description;
    };
    assert.match(hover('{{ quest|ion }}') ?? '', /Text of the question/);
    assert.match(hover('{% for o in options %}{{ o.le|tter }}') ?? '', /Letter/);
    assert.match(hover('us|er:\n{{ question }}') ?? '', /asked/);
    assert.equal(hover('a quest|ion'), undefined);
  });
});

describe('bodyPart', () => {
  it('starts where parseCot says the body starts', () => {
    for (const end of ['\n', '\r\n']) {
      const text = ['---', 'name: a', 'questions: q.jsonl', 'strategies: [direct]', '---', 'user:', '{{ question }}'].join(end);
      const body = bodyPart(kind('cot'), text)!;
      assert.equal(text.slice(0, body.start).split('\n').length, parseCot(text, 'x').document?.bodyLine);
      assert.ok(body.text.startsWith('user:'));
    }
    assert.equal(bodyPart(kind('cot'), '---\nname: a\n'), undefined);
  });
});
