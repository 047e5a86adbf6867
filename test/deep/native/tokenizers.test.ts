// The Rust tokenizers library, as `doctor --install` brings it to this machine: the ids of our own tokenizer, and the same mix.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buildMix, planMix } from '../../../src/engine/data';
import { packageRoot } from '../../../src/engine/parts/assets';
import { loadTokenizer, rustEncoder } from '../../../src/engine/tokenizer';
import { makeWorkspace } from '../../fixtures/data/workspace';
import { referenceText, saveReferenceTokenizer } from '../../engine/tokenizer/reference-tokenizer';
import { installPart } from './install';

describe('texts encoded by the Rust tokenizers', function () {
  this.timeout(600_000);
  let folder: string;
  before(() => {
    installPart('tokenizers');
    folder = mkdtempSync(path.join(tmpdir(), 'preclinical-rust-'));
  });
  after(() => { rmSync(folder, { recursive: true }); });

  async function assertSameIds(of: string): Promise<void> {
    const tokenizer = await loadTokenizer(of);
    const encodeTexts = await rustEncoder(of, tokenizer) ?? assert.fail('the part does not take this tokenizer');
    const texts = [...JSON.parse(await referenceText('tokenizer-texts.json')) as string[], ...[...tokenizer.specialTokens.keys()].map((token) => `A ${token} that a text spells out.`), ''];
    assert.deepEqual(await encodeTexts(texts), texts.map((text) => tokenizer.encode(text, { addSpecialTokens: true, specialTokensAsText: true })));
  }

  it('have the same ids as by our own, with a byte-level tokenizer', async () => {
    await saveReferenceTokenizer(path.join(folder, 'own'));
    await assertSameIds(path.join(folder, 'own'));
  });

  for (const name of ['byte-level-nfc', 'llama3', 'metaspace-first', 'metaspace-split', 'prepend', 'split-merged', 'tekken', 'unknown-fused']) {
    it(`have the same ids as by our own, with the tokenizer ${name}`, async () => {
      const of = path.join(folder, name);
      mkdirSync(of);
      const text = readFileSync(path.join(packageRoot, 'test/fixtures/tokenizer', `${name}.tokenizer.json`), 'utf8');
      const { added_tokens: added = [], model } = JSON.parse(text) as { added_tokens?: { content: string }[]; model: { vocab: Record<string, number> } };
      writeFileSync(path.join(of, 'tokenizer.json'), text);
      // These fixtures are of pipelines alone: any token may end a text.
      writeFileSync(path.join(of, 'tokenizer_config.json'), JSON.stringify({ eos_token: added.at(-1)?.content ?? Object.keys(model.vocab)[0] }));
      await assertSameIds(of);
    });
  }

  it('make the same shards, and the manifest says which library it was', async () => {
    const lines = Array.from({ length: 300 }, (_, i) => JSON.stringify({ text: `Patient ${i} has fever${i % 7 === 0 ? ' and writes </s> in the note' : ''}. ${'Æ𝔛 '.repeat(i % 5)}` })).join('\n');
    const build = async () => {
      const workspace = await makeWorkspace({ 'a.jsonl': lines, 'm.mix.yaml': 'name: m\ntokenizer: tokenizer\nsources: { a: { path: a.jsonl, domain: x } }\nstages: [{ name: all, sources: { a: { epochs: 1 } } }]\n' });
      try {
        await saveReferenceTokenizer(path.join(workspace.root, 'tokenizer'));
        return await buildMix(await planMix(path.join(workspace.root, 'm.mix.yaml'), workspace.root));
      } finally {
        await workspace.remove();
      }
    };
    const native = await build();
    const installed = process.env['PRECLINICAL_PARTS'];
    process.env['PRECLINICAL_PARTS'] = path.join(folder, 'none');
    const own = await build();
    process.env['PRECLINICAL_PARTS'] = installed;
    const shards = ({ files }: typeof own) => files.filter(({ name }) => name.endsWith('.bin'));
    assert.deepEqual(shards(native), shards(own));
    assert.match(native.tools!['tokenizers']!, /^\d/);
    assert.equal(own.tools!['tokenizers'], undefined);
  });
});
