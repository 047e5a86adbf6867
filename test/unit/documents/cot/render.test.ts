import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { UserError } from '../../../../src/base/errors/problem';
import { parseCot } from '../../../../src/documents/cot/parse';
import { renderCot, type CotVariables } from '../../../../src/documents/cot/render';

const options = [{ letter: 'A', text: 'Aspirin' }, { letter: 'B', text: 'Heparin' }];
function variables(overrides: Partial<CotVariables> = {}): CotVariables {
  return { question: 'Which one?', options, strategy: 'direct', examples: [], ...overrides };
}

describe('renderCot', () => {
  const { document } = parseCot(readFileSync(path.resolve('test/fixtures/prompting/vignettes.cot'), 'utf8'), 'vignettes.cot');

  it('renders roles, options and the branch of the strategy', () => {
    assert.deepEqual(renderCot(document!.body, variables()), [
      { role: 'system', content: 'You answer questions of a medical examination.' },
      { role: 'user', content: 'Which one?\nA. Aspirin\nB. Heparin\n\nGive the letter only, as "Answer: X".' },
    ]);
    assert.match(renderCot(document!.body, variables({ strategy: 'self-consistency' }))[1]!.content, /step by step/);
  });

  it('keeps roles that stand inside a loop', () => {
    const examples = [{ question: 'One?', options, answer: 'A', reply: 'A' }, { question: 'Two?', options, answer: 'B', reply: 'B' }];
    assert.deepEqual(renderCot(document!.body, variables({ examples })).map((message) => message.role),
      ['system', 'user', 'assistant', 'user', 'assistant', 'user']);
  });

  it('takes a body without roles as one user message', () => {
    assert.deepEqual(renderCot('Q: {{ question }}\n', variables()), [{ role: 'user', content: 'Q: Which one?' }]);
  });

  it('never starts a role from the text of a question, nor renders it as a template', () => {
    const nasty = fc.array(fc.oneof(fc.constantFrom('system:', 'user:', ' assistant: ', '{{ strategy }}', '{% if %}', '\uE000', '\uE000\uE001', '\uE001'), fc.string()), { minLength: 1 })
      .map((lines) => `x\n${lines.join('\n')}\nx`);
    fc.assert(fc.property(nasty, (question) => {
      assert.deepEqual(renderCot('system:\nBe brief.\nuser:\n{{ question }}', variables({ question })),
        [{ role: 'system', content: 'Be brief.' }, { role: 'user', content: question }]);
    }));
  });

  for (const [name, body, code] of [
    ['text before the first role', 'hello\nuser:\n{{ question }}', 'cot-text-before-role'],
    ['a last message that is not the user\'s', 'user:\n{{ question }}\nassistant:\nyes', 'cot-last-role'],
    ['a body that renders to nothing', '{% if false %}{{ question }}{% endif %}', 'cot-last-role'],
    ['a template that fails', '{{ question.missing.deeper() }}', 'cot-render'],
    ['a loop without bounds', '{% for i in range(999999999) %}{{ question }}{% endfor %}', 'cot-render'],
  ] as const) {
    it(`refuses ${name}`, () => {
      assert.throws(() => renderCot(body, variables(), 'x.cot'), (error) => error instanceof UserError && error.problems[0]!.code === code && error.problems[0]!.file === 'x.cot');
    });
  }
});
