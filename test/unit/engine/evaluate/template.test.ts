// Templates print as Python's Jinja does in lm-evaluation-harness: strict about names, untouched line ends.
import assert from 'node:assert/strict';
import { HarnessTemplate, RecordError } from '../../../../src/engine/evaluate/task/template';

const render = (source: string, document: Record<string, unknown> = {}): string => new HarnessTemplate(source).render(document);

describe('HarnessTemplate', () => {
  it('keeps line ends after block tags and at the end', () => {
    assert.equal(render('{% if true %}\nx\n{% endif %}\n'), '\nx\n\n');
  });

  it('prints constants as Python does', () => {
    assert.equal(render('{{a}} {{b}} {{c}} {{d}} {{e}}', { a: null, b: true, c: false, d: 1, e: 1.5 }), 'None True False 1 1.5');
  });

  it('refuses missing names wherever they are printed', () => {
    assert.throws(() => render('{{missing}}'), new RecordError('missing is missing'));
    assert.throws(() => render('{% if true %}{{ options.E }}{% endif %}', { options: {} }), new RecordError('options.E is missing'));
    assert.throws(() => render('{% for x in list %}{{ x.name }}{% endfor %}', { list: [{}] }), RecordError);
    assert.equal(render('{{ missing | default("none given") }}'), 'none given');
    assert.equal(render('{% if missing is defined %}x{% endif %}y'), 'y');
  });

  it('refuses to print a list', () => {
    assert.throws(() => render('{{ list }}', { list: ['a'] }), /cannot be printed/);
    assert.equal(render('{{ list | join(", ") }}', { list: ['a', 'b'] }), 'a, b');
  });

  it('gives lists without printing them', () => {
    assert.deepEqual(new HarnessTemplate('{{ options.values() | list }}').list({ options: { A: 'x, "y"', B: '[z]' } }), ['x, "y"', '[z]']);
    assert.throws(() => new HarnessTemplate('{{ name }}').list({ name: 'x' }), RecordError);
  });

  it('never runs what a record says', () => {
    assert.equal(render('{{ text }}', { text: '{{ 1 + 1 }}' }), '{{ 1 + 1 }}');
  });
});
