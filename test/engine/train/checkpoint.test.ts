import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { runSchema } from '../../../src/documents/run/schema';
import { initialiseModel, loadModel, parameterShapes, readAdapter, readSafetensors, type Model } from '../../../src/engine/model';
import { openBackend } from '../../../src/engine/tensors';
import {
  AdamW, CheckpointThread, NeftuneNoise, newestCheckpoint, readMoments, readOrigin, removeOldCheckpoints, takeSnapshot, train, writeCheckpoint,
  type CheckpointContent, type Origin, type TrainProgress, type TrainSettings,
} from '../../../src/engine/train';
import { disposeTraining, eventsOf, tinyConfig, tinyTraining, weightsOf, type TinyOptions } from './tiny';

const alpha = 5;
const run = runSchema.parse({ name: 'tiny', stage: 'finetune', base: 'base', data: 'tiny.mix.yaml', batchSize: 3, optimiser: { learningRate: 0.01 } });
const origin: Origin = {
  schema: 1, preclinical: '0.0.0', job: 'job', run: 'tiny', stage: 'finetune', egress: 'never', phi: 'unknown',
  mix: { name: 'tiny', hash: '0123456789ab' }, tokenizerHash: 'ff', parent: { checkpoint: 'base', hash: 'aa' },
};

function save(checkpoints: string, settings: TrainSettings, progress: TrainProgress): Promise<string> {
  return writeCheckpoint(checkpoints, contentOf(checkpoints, settings, progress));
}

function contentOf(checkpoints: string, { model, optimiser, plan }: TrainSettings, progress: TrainProgress): CheckpointContent {
  return {
    model, optimiser, tokenizerFolder: checkpoints, baseFolder: path.join(checkpoints, 'base'), origin,
    state: {
      schema: 1, step: progress.step, totalSteps: plan.totalSteps, tokens: progress.tokens, trainedTokens: progress.trainedTokens,
      position: plan.position(progress.step), randomStates: progress.neftune ? { neftune: [...progress.neftune] } : {},
      backend: 'wasm', mixHash: 'hash', tokenizerHash: 'ff', run,
    },
  };
}

/** Trains to the end of the run from its newest checkpoint. */
async function resume(checkpoints: string, options: TinyOptions): Promise<TrainSettings> {
  const { found } = await newestCheckpoint(checkpoints);
  const { folder, state } = found!;
  const model = options.lora === undefined ? await loadModel(folder) : await withOwnAdapter(folder);
  const fresh = tinyTraining({ ...options, model });
  fresh.optimiser.dispose();
  const { step, tokens, trainedTokens, randomStates: { neftune } } = state;
  const settings: TrainSettings = {
    ...fresh,
    optimiser: new AdamW(model.trainable, fresh.optimiser.settings, await readMoments(folder, model.trainable)),
    noise: fresh.noise && new NeftuneNoise(fresh.noise.settings, 1, neftune),
    start: { step, tokens, trainedTokens, neftune },
  };
  await eventsOf(settings);
  return settings;
}

/** As a run opens its own adapter: beside the frozen base, which here is the model `tinyTraining` makes. */
async function withOwnAdapter(folder: string): Promise<Model> {
  const model = initialiseModel(tinyConfig, 1, 0.02);
  model.attach(await readAdapter(folder, parameterShapes(model.config)));
  return model;
}

function momentsOf({ optimiser }: TrainSettings): Float32Array[] {
  return [...optimiser.moments.values()].flatMap(({ first, second }) => [first.dataSync<'float32'>().slice(), second.dataSync<'float32'>().slice()]);
}

describe('a checkpoint', () => {
  let checkpoints: string;
  beforeEach(async () => {
    await openBackend('wasm');
    checkpoints = await mkdtemp(path.join(os.tmpdir(), 'preclinical-checkpoints-'));
  });
  after(() => openBackend('wasm'));
  afterEach(() => rm(checkpoints, { recursive: true, force: true }));

  const cases: Record<string, TinyOptions> = {
    'pretraining': { plan: { steps: 6 } },
    'pretraining over the end of a pass': { documents: 8, plan: { epochs: 6, batchSize: 5 } },
    'fine-tuning with noise and accumulation': { stage: 'finetune', neftuneAlpha: alpha, plan: { steps: 6, batchSize: 3, accumulationSteps: 2 } },
    'packed fine-tuning with noise and recomputed activations': { stage: 'finetune', packing: 'best-fit', recompute: true, neftuneAlpha: alpha, plan: { steps: 6, batchSize: 2 } },
    'an adapter with dropout': { stage: 'finetune', lora: { rank: 2, alpha: 8, dropout: 0.2, targetModules: ['q_proj', 'down_proj'], rankStabilised: false }, plan: { steps: 6, batchSize: 3, accumulationSteps: 2 } },
  };
  const onBackends = [...Object.keys(cases).map((name) => ['wasm', name] as const), ['cpu', 'fine-tuning with noise and accumulation'] as const];
  for (const [backend, name] of onBackends) {
    const options = cases[name]!;
    it(`resumes ${name} on ${backend} to the same bits as training in one go`, async () => {
      await openBackend(backend);
      const straight = tinyTraining(options);
      await eventsOf(straight);
      const halved = tinyTraining(options);
      for await (const event of train(halved)) {
        if (event.type !== 'boundary' || event.progress.step !== 3) continue;
        await save(checkpoints, halved, event.progress);
        break;
      }
      const resumed = await resume(checkpoints, options);
      assert.ok(straight.plan.totalSteps >= 6);
      assert.deepEqual(weightsOf(resumed.model), weightsOf(straight.model));
      assert.deepEqual(momentsOf(resumed), momentsOf(straight));
      assert.notDeepEqual(weightsOf(halved.model), weightsOf(straight.model));
      for (const settings of [straight, halved, resumed]) disposeTraining(settings);
    });
  }

  it('of a stop between micro-batches resumes to the same bits, since the half update is given up', async () => {
    const options: TinyOptions = { stage: 'finetune', neftuneAlpha: alpha, plan: { steps: 6, batchSize: 3, accumulationSteps: 2 } };
    const straight = tinyTraining(options);
    await eventsOf(straight);
    const stopped = tinyTraining(options);
    for await (const event of train(stopped)) {
      if (event.type !== 'microBatch' || event.progress.step !== 4) continue;
      await save(checkpoints, stopped, event.progress);
      break;
    }
    const resumed = await resume(checkpoints, options);
    assert.deepEqual(weightsOf(resumed.model), weightsOf(straight.model));
    for (const settings of [straight, stopped, resumed]) disposeTraining(settings);
  });

  it('holds what was so when it was taken, whatever training does while it is written, again and again in one memory', async () => {
    const settings = tinyTraining({ plan: { steps: 6 } });
    const thread = new CheckpointThread();
    const taken = new Map<string, Map<string, Float32Array>>();
    let writing: Promise<void> = Promise.resolve();
    let memory: SharedArrayBuffer | undefined;
    for await (const event of train(settings)) {
      if (event.type !== 'boundary') continue;
      await writing;
      const snapshot = await takeSnapshot(checkpoints, contentOf(checkpoints, settings, event.progress), memory);
      assert.ok(memory === undefined || snapshot.memory === memory);
      memory = snapshot.memory;
      taken.set(snapshot.final, weightsOf(settings.model));
      writing = thread.write(snapshot);
    }
    await writing;
    await thread.close();
    assert.equal(taken.size, 6);
    for (const [folder, weights] of taken) {
      const model = await loadModel(folder);
      assert.deepEqual(weightsOf(model), weights);
      model.dispose();
    }
    disposeTraining(settings);
  });

  it('that the thread can not write fails with what the file system said, and leaves nothing behind', async () => {
    const settings = tinyTraining();
    const thread = new CheckpointThread();
    const occupied = path.join(checkpoints, 'a file');
    await writeFile(occupied, '');
    const { final, ...snapshot } = await takeSnapshot(occupied, contentOf(checkpoints, settings, { step: 1, tokens: 1, trainedTokens: 1 }));
    await assert.rejects(thread.write({ final, ...snapshot }), { code: 'ENOTDIR' });
    await thread.write({ ...snapshot, final: path.join(checkpoints, 'step-1') });
    await thread.close();
    assert.deepEqual((await readdir(checkpoints)).sort(), ['a file', 'step-1']);
    disposeTraining(settings);
  });

  it('that is cut short is passed over for the one before, and named', async () => {
    const settings = tinyTraining();
    const whole = await save(checkpoints, settings, { step: 2, tokens: 10, trainedTokens: 9 });
    const damages: ((folder: string) => Promise<void>)[] = [
      (folder) => truncate(path.join(folder, 'model.safetensors'), 100),
      (folder) => rm(path.join(folder, 'optimizer.safetensors')),
      (folder) => rm(path.join(folder, 'trainer_state.json')),
      (folder) => truncate(path.join(folder, 'trainer_state.json'), 40),
    ];
    for (const damage of damages) {
      const folder = await save(checkpoints, settings, { step: 10, tokens: 50, trainedTokens: 45 });
      assert.equal((await newestCheckpoint(checkpoints)).found?.folder, folder);
      await damage(folder);
      const { found, broken } = await newestCheckpoint(checkpoints);
      assert.equal(found?.folder, whole);
      assert.deepEqual(broken, ['step-10']);
    }
    disposeTraining(settings);
  });

  it('replaces a folder of its name that was cut short, and leaves nothing aside', async () => {
    const settings = tinyTraining();
    const folder = await save(checkpoints, settings, { step: 4, tokens: 1, trainedTokens: 1 });
    await truncate(path.join(folder, 'model.safetensors'), 10);
    await save(checkpoints, settings, { step: 4, tokens: 1, trainedTokens: 1 });
    assert.equal((await newestCheckpoint(checkpoints)).found?.state.step, 4);
    assert.deepEqual(await readdir(checkpoints), ['step-4']);
    disposeTraining(settings);
  });

  it('that can not be written leaves nothing behind', async () => {
    const settings = tinyTraining();
    await writeFile(path.join(checkpoints, 'a-file'), '');
    await assert.rejects(save(path.join(checkpoints, 'a-file'), settings, { step: 1, tokens: 1, trainedTokens: 1 }), { code: 'ENOTDIR' });
    disposeTraining(settings);
  });

  it('is kept only while it is among the newest', async () => {
    const settings = tinyTraining();
    for (const step of [1, 2, 10, 9]) await save(checkpoints, settings, { step, tokens: 1, trainedTokens: 1 });
    await writeFile(path.join(checkpoints, 'note.txt'), 'not ours');
    await removeOldCheckpoints(checkpoints, { keep: 2 });
    assert.deepEqual((await readdir(checkpoints)).sort(), ['note.txt', 'step-10', 'step-9']);
    disposeTraining(settings);
  });

  it('of an adapter holds what is trained and nothing else', async () => {
    const settings = tinyTraining({ lora: { rank: 2, alpha: 8, dropout: 0, targetModules: ['q_proj'], rankStabilised: false } });
    const folder = await save(checkpoints, settings, { step: 1, tokens: 1, trainedTokens: 1 });
    const names = await readdir(folder);
    assert.ok(names.includes('adapter_model.safetensors') && !names.includes('model.safetensors'));
    const { tensors } = await readSafetensors(path.join(folder, 'optimizer.safetensors'));
    assert.deepEqual(
      [...tensors.keys()].sort(),
      [...settings.model.trainable.keys()].flatMap((name) => [`first.${name}`, `second.${name}`]).sort(),
    );
    const config = JSON.parse(await readFile(path.join(folder, 'adapter_config.json'), 'utf8')) as Record<string, unknown>;
    assert.equal(config['base_model_name_or_path'], '../base');
    disposeTraining(settings);
  });

  it('says where it comes from and whether it may leave', async () => {
    const settings = tinyTraining();
    const folder = await save(checkpoints, settings, { step: 1, tokens: 1, trainedTokens: 1 });
    assert.deepEqual(await readOrigin(folder), origin);
    disposeTraining(settings);
  });
});
