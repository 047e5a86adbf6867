// Data that can not be learnt: token ids the vocabulary does not have, and updates in which nothing bears loss.
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { UserError } from '../../../src/base/errors/problem';
import { runSchema } from '../../../src/documents/run/schema';
import { littleEndian } from '../../../src/engine/data/build/write';
import { shardHeader, shardHeaderBytes } from '../../../src/engine/data/shard';
import type { MixManifest } from '../../../src/engine/data/shard';
import { planData } from '../../../src/engine/jobs/train/data';
import { openBackend } from '../../../src/engine/tensors';
import { train } from '../../../src/engine/train';
import { disposeTraining, tinyTraining, weightsOf } from './tiny';

const vocabularySize = 100;
const run = runSchema.parse({ name: 'a', stage: 'pretrain', base: 'base', data: 'a.mix.yaml', batchSize: 1, optimiser: { learningRate: 1e-3 } });

async function problemOf(what: () => Promise<unknown>): Promise<UserError['problems'][number]> {
  const error = await what().then(() => undefined, (thrown: unknown) => thrown);
  assert.ok(error instanceof UserError, String(error));
  return error.problems[0]!;
}

describe('data that can not be learnt', () => {
  let folder: string;
  before(() => openBackend('wasm'));
  beforeEach(async () => { folder = await mkdtemp(path.join(os.tmpdir(), 'preclinical-hostile-')); });
  afterEach(() => rm(folder, { recursive: true }));

  /** A mix of documents of 10 tokens, as its build would leave it. */
  async function writeMix(tokens: Uint32Array): Promise<MixManifest> {
    const starts = Uint32Array.from({ length: tokens.length / 10 }, (_, i) => 10 * i);
    const files = [['stage-only.tokens.bin', tokens], ['stage-only.starts.bin', starts]] as const;
    for (const [name, values] of files) await writeFile(path.join(folder, name), Buffer.concat([shardHeader({ entryBytes: 4, entries: values.length, sha256: '' }), littleEndian(values)]));
    const manifest = {
      schema: 1, name: 'a', hash: '', tokenizerHash: '', tokenizerPath: '', vocabularySize, sequenceLength: 8, seed: 1, content: 'text', egress: 'allowed', phi: 'none', counts: {},
      stages: [{ name: 'only', tokens: tokens.length, lossTokens: tokens.length, documents: starts.length, sources: {} }], heldOut: [], inputs: [],
      files: files.map(([name, values]) => ({ name, sha256: '', bytes: shardHeaderBytes + values.byteLength })),
    } satisfies MixManifest;
    await writeFile(path.join(folder, 'manifest.json'), JSON.stringify(manifest));
    return manifest;
  }

  it('is refused where a token id is outside the vocabulary, with file, document and place', async () => {
    await fc.assert(fc.asyncProperty(fc.integer({ min: 0, max: 49 }), fc.integer({ min: vocabularySize, max: 0xffffffff }), async (at, id) => {
      const tokens = new Uint32Array(50).fill(vocabularySize - 1);
      const whole = await writeMix(tokens);
      assert.equal((await planData(run, whole, folder)).rowsPerPass, 7);
      tokens[at] = id;
      const problem = await problemOf(async () => planData(run, await writeMix(tokens), folder));
      assert.equal(problem.code, 'train-id-out-of-range');
      assert.equal(problem.file, path.join(folder, 'stage-only.tokens.bin'));
      assert.equal(problem.key, `document ${Math.floor(at / 10)}`);
      assert.deepEqual([problem.value, problem.message], [String(id), `token ${at} is no id of the vocabulary of 100`]);
    }), { numRuns: 20 });
  });

  it('is refused where a whole update bears no loss, with file and documents, before anything is changed', async () => {
    const settings = tinyTraining({ stage: 'finetune' });
    settings.plan.stages[0]!.mask!.fill(0);
    settings.plan.stages[0]!.lossTokens.fill(0);
    const before = weightsOf(settings.model);
    const problem = await problemOf(async () => {
      for await (const event of train({ ...settings, dataFile: 'chat.mix.yaml', heldOut: { ...settings.heldOut, sets: [] } })) assert.fail(event.type);
    });
    assert.equal(problem.code, 'train-nothing-to-learn');
    assert.equal(problem.file, 'chat.mix.yaml');
    assert.match(problem.message, /^no token of step 1 bears loss, so there is nothing to learn from tiny: documents \d+/);
    assert.deepEqual(weightsOf(settings.model), before);
    disposeTraining(settings);
  });
});
