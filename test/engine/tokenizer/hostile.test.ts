// Damaged tokenizers and random templates: whatever is changed in the files of a real tokenizer, opening it gives one that
// encodes, decodes and renders, or one clear error that names the file; and a template put together at random renders or is
// such an error, in bounded time.
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { UserError } from '../../../src/base/errors/problem';
import { mediaPath, packageRoot } from '../../../src/engine/parts/assets';
import { loadTokenizer, renderChat } from '../../../src/engine/tokenizer';
import { damages, jsonDamages } from '../model/damage';

const whole = ['metaspace-first', 'llama3', 'unknown-fused'].map((kind) => readFileSync(path.join(packageRoot, 'test', 'fixtures', 'tokenizer', `${kind}.tokenizer.json`), 'utf8'));
const values = ['null', '-1', '1e300', '9007199254740991', '"x"', '""', '[]', '{}', 'true', '[[]]', '{"type": "BPE"}', '{"type": "Sequence"}'];
const messages = [{ role: 'system', content: 'Be brief.' }, { role: 'user', content: 'Fever\n of 38.4°C? {{ x }}' }];
/** The same damages in every run of the tests. */
const seed = 20240914;

function assertClear(error: unknown, folder: string): void {
  assert.ok(error instanceof UserError, `no user error but ${error instanceof Error ? error.stack : String(error)}`);
  assert.ok(error.problems[0]!.file?.startsWith(folder), error.message);
  assert.ok(error.problems[0]!.next !== undefined && error.message.length < 2000, 'a message a person can read');
}

async function useTokenizer(folder: string): Promise<void> {
  const tokenizer = await loadTokenizer(folder);
  const ids = tokenizer.encode(' Fever  38.4°C </s>é', { addSpecialTokens: true });
  assert.ok(ids.every((id) => Number.isInteger(id) && id >= 0));
  tokenizer.decode([...ids, 999_999]);
  if (tokenizer.chatTemplate !== undefined) tokenizer.renderChat(messages);
}

describe('a damaged tokenizer', () => {
  let folder: string;
  beforeEach(() => { folder = mkdtempSync(path.join(tmpdir(), 'tokenizer-')); });
  afterEach(() => { rmSync(folder, { recursive: true }); });

  it('with another value in tokenizer.json opens or is one error that names the file', async () => {
    const file = path.join(folder, 'tokenizer.json');
    writeFileSync(path.join(folder, 'tokenizer_config.json'), '{"eos_token": "</s>"}');
    let refused = 0;
    await fc.assert(fc.asyncProperty(fc.constantFrom(...whole), fc.nat(), fc.constantFrom(...values), fc.boolean(), async (text, which, value, isCut) => {
      // A value of the parts around the vocabulary, of the model, or of its first tokens.
      const places = [...text.matchAll(/:("[^"]*"|\d+|true|false|null|\{|\[)/g)].slice(0, 140);
      const { index, 1: old } = places[which % places.length]!;
      const rest = text.slice(index + 1 + old!.length);
      writeFileSync(file, isCut && which % 7 === 0 ? text.slice(0, index) : text.slice(0, index + 1) + (old === '{' || old === '[' ? `${old}${value},` : value) + rest);
      try {
        await useTokenizer(folder);
      } catch (error) {
        assertClear(error, folder);
        refused += 1;
      }
    }), { numRuns: 150 });
    assert.ok(refused > 30, `${refused} refused`);
  });

  for (const name of ['tokenizer.json', 'tokenizer_config.json', 'special_tokens_map.json', 'chat_template.jinja']) {
    it(`with a torn, lying or changed ${name} opens or is one error that names a file of it`, async () => {
      cpSync(mediaPath('sample', 'model'), folder, { recursive: true });
      const file = path.join(folder, name);
      if (name === 'chat_template.jinja') writeFileSync(file, (await loadTokenizer(folder)).chatTemplate!);
      const bytes = readFileSync(file);
      const isJson = name.endsWith('.json');
      let refused = 0;
      await fc.assert(fc.asyncProperty(isJson ? fc.oneof(damages, jsonDamages, jsonDamages) : damages, async (damage) => {
        writeFileSync(file, damage(bytes));
        try {
          await useTokenizer(folder);
        } catch (error) {
          assertClear(error, folder);
          refused += 1;
        }
      }), { numRuns: 120, seed });
      assert.ok(refused > (isJson ? 20 : 5), `${refused} refused`);
    });
  }
});

describe('a random chat template', () => {
  const parts = [
    '{% for m in messages %}', '{% endfor %}', '{% if m.role == "user" %}', '{% elif x is defined %}', '{% else %}', '{% endif %}', '{% set ns = namespace(n=0) %}', '{% set ns.n = ns.n + 1 %}',
    '{% macro f(a, b=1) %}', '{% endmacro %}', '{{ f(m.content) }}', '{{ m["content"] | trim }}', '{{ messages[0].content[:-1] }}', '{{ messages[99].role }}', '{{ bos_token }}', '{{- eos_token -}}',
    '{{ raise_exception("no") }}', '{{ strftime_now("%d %b %Y") }}', '{{ range(3) | join(",") }}', '{{ 1 / 0 }}', '{{ "a" + 1 }}', '{{ none.x.y }}', '{{ m | tojson(indent=2) }}', '{{ messages | map(attribute="role") | list }}',
    '{{ loop.index0 }}', '{{ self }}', '{{ constructor.constructor("return process")() }}', '{{ messages.__proto__ }}', '{% raw %}', '{% endraw %}', '{# remark #}', '{#', '{{', '%}', '}}', 'plain text\n', '\ud83d', '{% generation %}', '{% endgeneration %}',
    '{% break %}', '{% continue %}', '{% call f(1) %}', '{% endcall %}', '{% filter upper %}', '{% endfilter %}', '{{ m.content is string and not m.nothing }}', '{{ namespace }}', '{{ "x" * 5 }}', '{{ m.content.split("e")[-1].strip() }}',
  ];

  it('renders a text, or is one error that names its file and key', () => {
    const seen = { rendered: 0, refused: 0 };
    const blocks = fc.array(fc.constantFrom(...parts), { minLength: 1, maxLength: 8 });
    fc.assert(fc.property(blocks, fc.boolean(), (chosen, isLoop) => {
      const template = isLoop ? `{% for m in messages %}${chosen.join('')}{% endfor %}` : chosen.join('');
      try {
        assert.equal(typeof renderChat({ template, messages, addGenerationPrompt: true, tokens: { bos_token: '<s>', eos_token: '</s>' }, file: 'chat_template.jinja' }), 'string');
        seen.rendered += 1;
      } catch (error) {
        assert.ok(error instanceof UserError, `${template}: ${error instanceof Error ? error.stack : String(error)}`);
        assert.deepEqual([error.problems[0]!.file, error.problems[0]!.key], ['chat_template.jinja', 'chat_template'], template);
        assert.ok(error.message.length < 2000);
        seen.refused += 1;
      }
    }), { numRuns: 1500, seed });
    assert.ok(seen.rendered > 100 && seen.refused > 100, JSON.stringify(seen));
  });
});
