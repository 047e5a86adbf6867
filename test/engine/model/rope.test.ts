// Every kind of scaled rotary positions against transformers: logits on both sides of the lengths where frequencies
// change, and the frequencies of published configurations (numbers made by test/reference/make_rope.py).
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { configFromHuggingFace, KeyValueCache, loadModel, packedRows, paddedRows, plainRows, readSafetensors, saveModel, type Model } from '../../../src/engine/model';
import { rotaryFrequencies } from '../../../src/engine/model/rope/frequencies';
import { openBackend, tidy } from '../../../src/engine/tensors';
import { createGenerator } from '../../../src/engine/inference';
import { makeCheckpoint } from '../inference/checkpoint';
import { fixtureFolder, largestDifference } from './reference';

interface RopeRecord {
  readonly last: number;
  readonly sequences: readonly (readonly number[])[];
  readonly cases: readonly { readonly name: string; readonly config: Record<string, unknown> }[];
  readonly known: readonly { readonly name: string; readonly config: Record<string, unknown>; readonly attentionFactor: number }[];
}

const folder = fixtureFolder('rope');
const record = JSON.parse(readFileSync(path.join(folder, 'rope.json'), 'utf8')) as RopeRecord;
/** As for logits in parity.test.ts; a wrong frequency or factor shows as 1e-2 or more. */
const logitsLimit = 5e-5;

describe('rotary positions against transformers', () => {
  let own: string;
  beforeEach(() => { own = mkdtempSync(path.join(tmpdir(), 'rope-')); });
  afterEach(() => { rmSync(own, { recursive: true }); });

  const modelOf = (config: Record<string, unknown>): Promise<Model> => {
    cpSync(path.join(folder, 'model.safetensors'), path.join(own, 'model.safetensors'));
    writeFileSync(path.join(own, 'config.json'), JSON.stringify(config));
    return loadModel(own);
  };
  const lastLogits = (model: Model, ids: readonly number[]): Float32Array =>
    tidy(() => model.logits(model.hidden(plainRows([ids]))).dataSync<'float32'>()).slice(-record.last * model.config.vocabularySize);

  for (const backend of ['wasm', 'cpu'] as const) {
    record.cases.forEach(({ name, config }, index) => {
      it(`${name}: logits on ${backend}, also after saving`, async () => {
        await openBackend(backend);
        const { tensors } = await readSafetensors(path.join(folder, 'reference.safetensors'));
        const model = await modelOf(config);
        await saveModel(model, path.join(own, 'saved'), { dtype: 'f32' });
        const saved = await loadModel(path.join(own, 'saved'));
        for (const ids of record.sequences) {
          const found = lastLogits(model, ids);
          const difference = largestDifference(found, tensors.get(`${index}.${ids.length}`)!.data);
          assert.ok(difference < logitsLimit, `${ids.length} tokens: differ by ${difference}`);
          assert.deepEqual(lastLogits(saved, ids), found);
        }
        model.dispose();
        saved.dispose();
      });
    });
  }

  for (const { name, config, attentionFactor } of record.known) {
    it(`${name}: frequencies`, async () => {
      const { tensors } = await readSafetensors(path.join(folder, 'reference.safetensors'));
      const expected = tensors.get(`frequencies.${name}`)!.data;
      const shape = configFromHuggingFace(config, 'config.json');
      const found = rotaryFrequencies(shape, 100);
      assert.ok(Math.abs(found.attentionFactor - attentionFactor) < 1e-12);
      // Powers are the last place apart where torch's f32 pow rounds otherwise: 1.2e-7 of each value, twice.
      expected.forEach((value, i) => { assert.ok(Math.abs(found.inverse_h2[i]! - value) < 2.5e-7 * value, `frequency ${i}: ${found.inverse_h2[i]!} instead of ${value}`); });
    });
  }

  it('each sequence has the frequencies of its own length, whatever shares its batch or its row', async () => {
    await openBackend('wasm');
    for (const name of ['dynamic', 'longrope']) {
      const model = await modelOf(record.cases.find((one) => one.name === name)!.config);
      const V = model.config.vocabularySize;
      const [short, , long] = record.sequences as [number[], number[], number[]];
      const alone = [short, long].map((ids) => lastLogits(model, ids));
      const endOf = (logits: Float32Array, end: number): Float32Array => logits.slice((end - record.last) * V, end * V);
      const padded = tidy(() => model.logits(model.hidden(paddedRows([short, long], 0))).dataSync<'float32'>());
      const packed = tidy(() => model.logits(model.hidden(packedRows([{ ids: [...short, ...long], documentStarts: [0, short.length] }]))).dataSync<'float32'>());
      const found = [
        [endOf(padded, short.length), endOf(padded, 2 * long.length)],
        [endOf(packed, short.length), endOf(packed, short.length + long.length)],
      ];
      for (const pair of found) pair.forEach((logits, i) => { assert.ok(largestDifference(logits, alone[i]!) < logitsLimit, `${name}: sequence ${i}`); });
      model.dispose();
    }
  });

  it('generation that grows past the length where frequencies change equals whole passes', async () => {
    const checkpoint = await makeCheckpoint('wasm', {
      ropeScaling: { kind: 'longrope', originalMaxPositions: 12, shortFactor: [1, 1.2, 1.5], longFactor: [1, 3, 8] },
    });
    const { model } = checkpoint;
    const V = model.config.vocabularySize;
    const sequence = [40, 41, 42, 43, 44, 45];
    for await (const { id } of createGenerator({ ...checkpoint, stopTokens: new Set() }).generate([...sequence], { maxTokens: 14, temperature: 0, topP: 1, stop: [], seed: 1 })) {
      const row = [...tidy(() => model.logits(model.hidden(plainRows([sequence]))).dataSync()).slice(-V)];
      assert.equal(id, row.indexOf(Math.max(...row)), `token ${sequence.length}`);
      sequence.push(id);
    }
    assert.equal(sequence.length, 20);
    model.dispose();
  });

  it('a cache is of one regime of frequencies', async () => {
    await openBackend('wasm');
    const model = await modelOf(record.cases.find(({ name }) => name === 'longrope')!.config);
    assert.deepEqual([1, 16, 17, 40].map((length) => model.rotaryRegime(length)), [0, 0, 1, 1]);
    const ids = Int32Array.from(record.sequences[2]!);
    const cache = new KeyValueCache();
    const logits = tidy(() => {
      model.hiddenCached(ids.subarray(0, 10), cache, ids.length);
      return model.logits(model.hiddenCached(ids.subarray(10), cache, ids.length)).dataSync<'float32'>();
    });
    cache.dispose();
    const whole = lastLogits(model, [...ids]);
    assert.ok(largestDifference(logits.slice(-whole.length), whole) < logitsLimit);
    model.dispose();
  });
});
