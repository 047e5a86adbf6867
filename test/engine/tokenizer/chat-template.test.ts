// Templates come with checkpoints: one that throws, never ends, nests without end or would fill the memory is one error that
// names its file, at once.
import assert from 'node:assert/strict';
import { UserError } from '../../../src/base/errors/problem';
import { renderChat } from '../../../src/engine/tokenizer/chat-template';

const hostile: Readonly<Record<string, readonly [template: string, message: RegExp]>> = {
  'throws': ["{{ raise_exception('no such role') }}", /no such role/],
  'is cut off': ['{% for message in', /refused the messages/],
  'loops without end': ['{% for i in range(9999) %}{% for j in range(9999) %}{% endfor %}{% endfor %}', /does not end within/],
  'asks for an endless list': ['{{ range(1000000000) }}', /at most/],
  'doubles a text': ["{% set ns = namespace(s='x') %}{% for i in range(60) %}{% set ns.s = ns.s + ns.s %}{% endfor %}{{ ns.s }}", /makes a text of more than/],
  'doubles a list as JSON': ['{% set ns = namespace(s=[1]) %}{% for i in range(60) %}{% set ns.s = [ns.s, ns.s] %}{% endfor %}{{ ns.s | tojson }}', /makes a text of more than/],
  'doubles a list': ['{% set ns = namespace(s=[1]) %}{% for i in range(60) %}{% set ns.s = [ns.s, ns.s] %}{% endfor %}{{ ns.s }}', /makes a text of more than/],
  'nests parentheses': [`{{ ${'('.repeat(20_000)}1${')'.repeat(20_000)} }}`, /refused the messages/],
  'nests blocks': ['{% if true %}'.repeat(9_000), /refused the messages/],
};

describe('a hostile chat template', () => {
  for (const [what, [template, message]] of Object.entries(hostile)) {
    it(`that ${what} is one error that names its file`, () => {
      assert.throws(() => renderChat({ template, messages: [{ role: 'user', content: 'x' }], addGenerationPrompt: true, tokens: {}, file: 'chat_template.jinja' }), (error) => {
        assert.ok(error instanceof UserError);
        assert.deepEqual([error.problems[0]!.file, error.problems[0]!.key], ['chat_template.jinja', 'chat_template']);
        assert.match(error.message, message);
        return true;
      });
    });
  }
});
