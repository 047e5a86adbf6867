// GGUF files as llama.cpp's own gguf package reads them: of every family each format, and the committed reading made anew.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { saveGguf, type GgufDtype } from '../../src/engine/gguf';
import { packageRoot } from '../../src/engine/parts/assets';
import { openBackend } from '../../src/engine/tensors';
import { loadTokenizer } from '../../src/engine/tokenizer';
import { makeTokenizerFolder, referenceFiles, writeReferenceFiles } from '../engine/gguf/files';
import { runScript } from './python';

interface Reading { readonly tensors: Readonly<Record<string, { readonly shape: readonly number[]; readonly type: string; readonly values: readonly number[] }>> }

/** Largest error of a value, as a share of the largest of its tensor: exact, half a unit in the last of 11 bits, half a step of 127. */
const limits: Readonly<Record<GgufDtype, number>> = { f32: 0, f16: 2 ** -11, q8_0: 0.5 / 127 + 2 ** -10 };

describe('GGUF files', () => {
  let folder: string;
  before(async () => {
    await openBackend('wasm');
    folder = mkdtempSync(path.join(tmpdir(), 'gguf-'));
  });
  after(() => { rmSync(folder, { recursive: true }); });

  it('are read by llama.cpp\'s package as is committed', async () => {
    const names = await writeReferenceFiles(folder);
    const committed = readFileSync(path.join(packageRoot, 'test', 'fixtures', 'gguf', 'expected.json'), 'utf8');
    assert.deepEqual(JSON.parse(runScript('read_gguf.py', '--digest', ...names)), JSON.parse(committed));
  });

  for (const { name, tokenizer, end, model: make } of referenceFiles) {
    it(`hold the same values in every format: the model of ${name}`, async () => {
      const tokenizerFolder = makeTokenizerFolder(folder, `${name}.values`, tokenizer, end);
      const files: string[] = [];
      for (const dtype of ['f32', 'f16', 'q8_0'] as const) {
        const model = await make();
        files.push(path.join(folder, `${name}.${dtype}.gguf`));
        await saveGguf(model, files.at(-1)!, { name, dtype, tokenizerFolder, tokenizer: await loadTokenizer(tokenizerFolder), extra: {} });
        model.dispose();
      }
      const readings = JSON.parse(runScript('read_gguf.py', ...files)) as Record<string, Reading>;
      const exact = readings[path.basename(files[0]!)]!.tensors;
      for (const [index, dtype] of (['f32', 'f16', 'q8_0'] as const).entries()) {
        const { tensors } = readings[path.basename(files[index]!)]!;
        assert.deepEqual(Object.keys(tensors).sort(), Object.keys(exact).sort());
        for (const [tensor, { values, shape }] of Object.entries(tensors)) {
          assert.deepEqual(shape, exact[tensor]!.shape);
          const largest = exact[tensor]!.values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
          const error = values.reduce((most, value, i) => Math.max(most, Math.abs(value - exact[tensor]!.values[i]!)), 0);
          assert.ok(error <= limits[dtype] * largest, `${dtype} ${tensor}: ${error} of ${largest}`);
        }
      }
    });
  }
});
