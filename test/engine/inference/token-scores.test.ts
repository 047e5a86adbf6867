// Scores of every token of a given sequence.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { UserError } from '../../../src/base/errors/problem';
import { createGenerator, createLikelihoodModel, openCheckpoint, tokenLogProbabilities, type LoadedCheckpoint } from '../../../src/engine/inference';
import { saveModel } from '../../../src/engine/model';
import { memory } from '../../../src/engine/tensors';
import { saveTokenizer, trainByteLevelBpe } from '../../../src/engine/tokenizer';
import { makeCheckpoint } from './checkpoint';

describe('scores of a given sequence', () => {
  let checkpoint: LoadedCheckpoint;
  before(async () => { checkpoint = await makeCheckpoint('wasm'); });
  after(() => { checkpoint.model.dispose(); });

  it('add up to the likelihood of the text after its first token', async () => {
    const { tokenizer } = checkpoint;
    const [context, continuation] = ['The', ' patient was given aspirin.'];
    const ids = tokenizer.encode(context + continuation);
    const before = memory().numTensors;
    const scored = await tokenLogProbabilities(checkpoint, ids, { top: 2 });
    assert.equal(memory().numTensors, before);
    assert.deepEqual(scored.map(({ id }) => id), ids);
    assert.deepEqual(scored[0], { id: ids[0], logProbability: undefined, top: [] });
    const [whole] = await createLikelihoodModel(checkpoint).logLikelihood([{ context, continuation }]);
    const contextTokens = tokenizer.encode(context).length;
    const sum = scored.slice(contextTokens).reduce((total, { logProbability }) => total + logProbability!, 0);
    assert.ok(Math.abs(sum - whole!.logLikelihood) < 1e-4, `${sum} instead of ${whole!.logLikelihood}`);
    for (const { id, logProbability, top } of scored.slice(1)) {
      assert.equal(top.length, 2);
      assert.ok(top[0]!.logProbability >= top[1]!.logProbability && top[0]!.logProbability >= logProbability!);
      for (const one of top) if (one.id === id) assert.equal(one.logProbability, logProbability);
    }
  });

  it('are empty for no tokens and refused for too many', async () => {
    assert.deepEqual(await tokenLogProbabilities(checkpoint, []), []);
    await assert.rejects(tokenLogProbabilities(checkpoint, new Array<number>(65).fill(4)), UserError);
  });

  it('are one number for a token that is given and likeliest too', async () => {
    const ids: number[] = [7];
    while (ids.length < 30) {
      for await (const { id } of createGenerator({ ...checkpoint, stopTokens: new Set<number>() }).generate(ids, { maxTokens: 1, temperature: 0, topP: 1, stop: [], seed: 1 })) ids.push(id);
    }
    const scored = await tokenLogProbabilities(checkpoint, ids, { top: 1 });
    assert.deepEqual(scored.slice(1).map(({ logProbability }) => logProbability), scored.slice(1).map(({ top }) => top[0]!.logProbability));
  });
});

describe('opening a checkpoint', () => {
  it('refuses the tokenizer of a larger model and names a run by its step', async () => {
    const root = mkdtempSync(path.join(tmpdir(), 'run-'));
    const folder = path.join(root, 'run-1', 'checkpoints', 'step-20');
    const { model } = await makeCheckpoint('wasm');
    const tokenizer = (vocabularySize: number): ReturnType<typeof trainByteLevelBpe> =>
      trainByteLevelBpe([], { vocabularySize, specialTokens: { end: '</s>', additional: Array.from({ length: vocabularySize - 257 }, (_, i) => `<${i}>`) } });
    await saveModel(model, folder, { dtype: 'f32' });
    model.dispose();
    const before = memory().numTensors;
    await saveTokenizer(tokenizer(301), folder);
    await assert.rejects(openCheckpoint(folder), /more tokens than the model's 300/);
    assert.equal(memory().numTensors, before);
    await saveTokenizer(tokenizer(300), folder);
    const opened = await openCheckpoint(folder);
    assert.equal(opened.name, 'run-1/step-20');
    assert.equal(opened.backend.name, 'wasm');
    opened.model.dispose();
    rmSync(root, { recursive: true });
  });
});
