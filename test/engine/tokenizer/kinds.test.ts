// Every kind of tokenizer and style of chat template that Mistral, Mixtral and Llama checkpoints come with, against the Rust
// tokenizers library and transformers (test/reference/make_tokenizers.py).
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { packageRoot } from '../../../src/engine/parts/assets';
import { renderChat } from '../../../src/engine/tokenizer/chat-template';
import { TokenizerPipeline } from '../../../src/engine/tokenizer/pipeline';
import type { ChatMessage } from '../../../src/engine/tokenizer';

interface Kind {
  readonly vocabularySize: number;
  readonly begins: readonly number[];
  readonly ids: readonly (readonly number[])[];
  readonly texts: readonly string[];
  readonly bareTexts: readonly string[];
  readonly awkward: readonly { readonly ids: readonly number[]; readonly text: string }[];
}
type Rendered = string | { readonly error: string };
interface Expected {
  readonly texts: readonly string[];
  readonly kinds: Readonly<Record<string, Kind>>;
  readonly chats: readonly (readonly ChatMessage[])[];
  readonly templates: Readonly<Record<string, { readonly template: string; readonly rendered: readonly { readonly text: Rendered; readonly prompt: Rendered }[] }>>;
}

const folder = path.join(packageRoot, 'test', 'fixtures', 'tokenizer');
const readFixture = (name: string): unknown => JSON.parse(readFileSync(path.join(folder, name), 'utf8'));
const expected = readFixture('expected.json') as Expected;

for (const [name, kind] of Object.entries(expected.kinds)) {
  describe(`a tokenizer of the kind ${name}`, () => {
    const tokenizer = new TokenizerPipeline(readFixture(`${name}.tokenizer.json`) as Record<string, unknown>);

    it('gives the ids of the Rust library', () => {
      expected.texts.forEach((text, i) => { assert.deepEqual(tokenizer.encode(text), kind.ids[i], JSON.stringify(text)); });
      assert.deepEqual([tokenizer.around.before, tokenizer.around.after, tokenizer.vocabularySize], [kind.begins, [], kind.vocabularySize]);
    });

    it('gives its texts back', () => {
      kind.ids.forEach((ids, i) => {
        assert.equal(tokenizer.decode(ids, true), kind.texts[i]);
        assert.equal(tokenizer.decode(ids, false), kind.bareTexts[i]);
      });
      for (const { ids, text } of kind.awkward) assert.equal(tokenizer.decode(ids, true), text, ids.join());
    });
  });
}

describe('chat templates', () => {
  const tokens = { bos_token: '<s>', eos_token: '</s>', pad_token: '' };
  for (const [style, { template, rendered }] of Object.entries(expected.templates)) {
    it(`of the style ${style} render as in transformers`, () => {
      expected.chats.forEach((messages, i) => {
        for (const [what, addGenerationPrompt] of [['text', false], ['prompt', true]] as const) {
          const wanted = rendered[i]![what];
          const render = (): string => renderChat({ template, messages, addGenerationPrompt, tokens, file: 'tokenizer_config.json' });
          if (typeof wanted === 'string') assert.equal(render(), wanted);
          else assert.throws(render, (error) => error instanceof Error && error.message.includes(wanted.error));
        }
      });
    });
  }

  const endless: readonly (readonly [string, string])[] = [
    ['loops within loops', '{% for a in range(10000) %}{% for b in range(10000) %}{% for c in range(10000) %}{% endfor %}{% endfor %}{% endfor %}'],
    ['a macro that calls itself', '{% macro again() %}{{ again() }}{% endmacro %}{{ again() }}'],
    ['a text doubled again and again', "{% set s = namespace(x='xxxxxxxx') %}{% for i in range(100) %}{% set s.x = s.x ~ s.x %}{% endfor %}{{ s.x | length }}"],
    ['too long a range', '{% for a in range(1000000000) %}x{% endfor %}'],
    ['no end of a block', '{% for a in messages %}x'],
    ['a call of nothing', '{{ messages.nothing.at.all() }}'],
  ];
  for (const [what, template] of endless) {
    it(`with ${what} end in an error that names their file`, () => {
      assert.throws(() => renderChat({ template, messages: [{ role: 'user', content: 'x' }], addGenerationPrompt: true, tokens, file: 'chat_template.jinja' }),
        (error) => error instanceof Error && error.message.startsWith('chat_template.jinja: chat_template: '));
    });
  }
});
