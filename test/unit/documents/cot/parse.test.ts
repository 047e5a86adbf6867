import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { parseCot } from '../../../../src/documents/cot/parse';

const fixture = path.resolve('test/fixtures/prompting/vignettes.cot');

/** A file with this front matter and body. */
function cot(body: string, settings = 'name: trial\nquestions: q.jsonl\nstrategies: [direct]'): string {
  return `---\n${settings}\n---\n${body}`;
}

function codes(text: string): (string | number | undefined)[][] {
  return parseCot(text, 'x.cot').problems.map((problem) => [problem.code, problem.line]);
}

describe('parseCot', () => {
  it('reads settings, defaults and the body of a whole file', () => {
    const { document, problems } = parseCot(readFileSync(fixture, 'utf8'), 'vignettes.cot');
    assert.deepEqual(problems, []);
    assert.equal(document?.settings.repeats, 5);
    assert.equal(document.settings.tieRule, 'first-seen');
    assert.equal(document.bodyLine, 9);
    assert.match(document.body, /^system:\n/);
  });

  it('places problems of the front matter on their lines, also with CRLF and a byte-order mark', () => {
    const text = '---\nname: trial\nquestions: q.jsonl\nrepeat: 3\n---\n{{ question }}\n';
    const [problem] = parseCot(text, 'x.cot').problems;
    assert.equal(problem?.line, 4);
    assert.equal(problem.key, 'repeat');
    assert.equal(parseCot(`\uFEFF${text.replaceAll('\n', '\r\n')}`, 'x.cot').problems[0]?.line, 4);
  });

  it('places YAML that does not parse', () => {
    assert.deepEqual(codes('---\nname: [a\n---\n{{ question }}'), [['yaml-syntax', 2]]);
  });

  for (const [name, text, expected] of [
    ['no front matter', 'user:\n{{ question }}', [['cot-no-front-matter', 1]]],
    ['front matter without an end', '---\nname: a\n', [['cot-front-matter-open', 1]]],
    ['an empty body', cot('  \n'), [['cot-empty-body', 6]]],
    ['an unknown variable', cot('{{ question }}\n\n{% if answr %}x{% endif %}'), [['cot-unknown-variable', 8]]],
    ['a body without the question', cot('user:\nhello'), [['cot-no-question', 6]]],
    ['a block that is not closed', cot('{{ question }}{% if strategy %}'), [['cot-template-syntax', 6]]],
    ['a last role that is not user', cot('user:\n{{ question }}\nassistant:\nAnswer:'), [['cot-last-role', 8]]],
    ['a server for vectors where likeness is by words', cot('{{ question }}', 'name: a\nquestions: q.jsonl\nstrategies: [knn-few-shot]\nexemplars:\n  file: s.jsonl\n  embeddingEndpoint: http://127.0.0.1:8081/v1'), [['cot-embeddings-unused', 7]]],
    ['a server for vectors that is no address', cot('{{ question }}', 'name: a\nquestions: q.jsonl\nexemplars:\n  file: s.jsonl\n  embeddingEndpoint: elsewhere'), [['invalid-value', 6]]],
    ['strategies that send the same prompt', cot('{{ question }}', 'name: a\nquestions: q.jsonl'), [['cot-strategy-unused', 5]]],
  ] as const) {
    it(`tells ${name}`, () => {
      assert.deepEqual(codes(text), expected);
      assert.ok(parseCot(text, 'x.cot').problems.every((problem) => problem.next));
    });
  }

  it('knows loop variables, set variables, filters, tests and properties from variables', () => {
    const body = '{% set n = options | length %}{% for option in options if option.text is defined %}{{ loop.index }}{{ option.text | replace("a", "b") }}{% endfor %}'
      + '{% if strategy == "direct" and not examples or "a" in question and "b" not in question %}{{ -n }}{% endif %}'
      + '{% macro show(x, y=1) %}{{ x }}{{ y }}{% endmacro %}{{ show(question, y=n) }}{{ {"a": question}["a"] }}';
    assert.deepEqual(parseCot(cot(body), 'x.cot').problems, []);
  });

  it('never throws on any text', () => {
    fc.assert(fc.property(fc.string({ unit: fc.constantFrom('-', '\n', ':', '{', '%', '}', ' ', 'a', '[', '"', '#'), maxLength: 60 }), (text) => {
      parseCot(text, 'x.cot');
      parseCot(cot(text), 'x.cot');
    }));
  });
});
