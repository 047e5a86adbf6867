// Damaged tokenizers: whatever is changed in a real tokenizer.json, opening it gives a tokenizer that encodes and decodes, or
// one clear error that names the file.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { UserError } from '../../../src/base/errors/problem';
import { packageRoot } from '../../../src/engine/parts/assets';
import { loadTokenizer } from '../../../src/engine/tokenizer';

const whole = ['metaspace-first', 'llama3', 'unknown-fused'].map((kind) => readFileSync(path.join(packageRoot, 'test', 'fixtures', 'tokenizer', `${kind}.tokenizer.json`), 'utf8'));
const values = ['null', '-1', '1e300', '9007199254740991', '"x"', '""', '[]', '{}', 'true', '[[]]', '{"type": "BPE"}', '{"type": "Sequence"}'];

describe('a damaged tokenizer.json', () => {
  it('opens or is one error that names the file', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'tokenizer-'));
    const file = path.join(folder, 'tokenizer.json');
    writeFileSync(path.join(folder, 'tokenizer_config.json'), '{"eos_token": "</s>"}');
    let refused = 0;
    try {
      await fc.assert(fc.asyncProperty(fc.constantFrom(...whole), fc.nat(), fc.constantFrom(...values), fc.boolean(), async (text, which, value, isCut) => {
        // A value of the parts around the vocabulary, of the model, or of its first tokens.
        const places = [...text.matchAll(/:("[^"]*"|\d+|true|false|null|\{|\[)/g)].slice(0, 140);
        const { index, 1: old } = places[which % places.length]!;
        const rest = text.slice(index + 1 + old!.length);
        writeFileSync(file, isCut && which % 7 === 0 ? text.slice(0, index) : text.slice(0, index + 1) + (old === '{' || old === '[' ? `${old}${value},` : value) + rest);
        try {
          const tokenizer = await loadTokenizer(folder);
          const ids = tokenizer.encode(' Fever  38.4°C </s>é', { addSpecialTokens: true });
          assert.ok(ids.every((id) => Number.isInteger(id) && id >= 0));
          tokenizer.decode([...ids, 999_999]);
        } catch (error) {
          assert.ok(error instanceof UserError, `no user error but ${error instanceof Error ? error.stack : String(error)}`);
          assert.ok(error.problems[0]!.file?.startsWith(folder), error.message);
          refused += 1;
        }
      }), { numRuns: 150 });
      assert.ok(refused > 30, `${refused} refused`);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
