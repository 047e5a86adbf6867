import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, watch } from 'node:fs';
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parse, stringify } from 'yaml';
import type { JobEvent } from '../../../src/protocol/events';
import { latestCheckpoint } from '../../../src/runs/checkpoints';
import { packageRoot } from '../../../src/engine/parts/assets';
import { readEvents } from '../../../src/runs/events';
import { readJobState } from '../../../src/runs/state';
import { runToEnd } from '../run-to-end';
import { askAt, createTrainJob, makeTrainWorkspace } from './workspace';

const stepOf = (event: JobEvent): number => (event.type === 'metrics' ? event.step : -1);
const metricsOf = (events: readonly JobEvent[], name: string): unknown[] =>
  events.flatMap((event) => (event.type === 'metrics' && name in event.metrics ? [[event.step, event.metrics[name]]] : []));

async function weightsOf(folder: string): Promise<Buffer> {
  return readFile(path.join((await latestCheckpoint(folder))!, 'model.safetensors'));
}

async function jsonOf(folder: string, name: string): Promise<Record<string, unknown>> {
  return JSON.parse(await readFile(path.join((await latestCheckpoint(folder))!, name), 'utf8')) as Record<string, unknown>;
}

describe('a training job', () => {
  let root: string;
  let straight: string;
  before(async () => {
    root = await makeTrainWorkspace();
    straight = await createTrainJob(root, 'pretrain');
    assert.equal((await runToEnd(straight)).state.state, 'done');
  });
  after(() => rm(root, { recursive: true, force: true }));

  it('writes every metric, held-out loss at its steps, and the newest checkpoints', async () => {
    const events = await readEvents(straight);
    for (const name of ['train/loss', 'train/learningRate', 'train/gradientNorm', 'train/tokensPerSecond', 'train/trainedTokens']) {
      assert.equal(metricsOf(events, name).length, 120, name);
    }
    const heldOut = metricsOf(events, 'heldout/clinical/loss') as [number, number][];
    assert.deepEqual(heldOut.map(([step]) => step), [0, 60, 120]);
    assert.ok(heldOut[2]![1] < heldOut[0]![1] - 1);
    assert.equal(metricsOf(events, 'heldout/clinical/bitsPerByte').length, 3);
    assert.deepEqual(events.flatMap((event) => (event.type === 'checkpoint' ? [event.step] : [])), [40, 80, 120]);
    assert.deepEqual((await readdir(path.join(straight, 'checkpoints'))).sort(), ['step-120', 'step-80']);
  });

  it('leaves checkpoints that open as models, with tokenizer and origin', async () => {
    const names = await readdir((await latestCheckpoint(straight))!);
    for (const name of ['config.json', 'model.safetensors', 'optimizer.safetensors', 'tokenizer.json', 'tokenizer_config.json', 'trainer_state.json']) {
      assert.ok(names.includes(name), name);
    }
    const origin = await jsonOf(straight, 'preclinical.json');
    assert.equal(origin['egress'], 'never');
    assert.equal(origin['job'], path.basename(straight));
  });

  it('that is killed without warning goes on to the same bits', async () => {
    const folder = await createTrainJob(root, 'pretrain');
    let written = false;
    const killed = await runToEnd(folder, (event, pid) => {
      written ||= event.type === 'checkpoint';
      if (written && stepOf(event) >= 45) process.kill(pid, 'SIGKILL');
    });
    assert.equal(killed.state.state, 'lost');
    const resumed = await runToEnd(folder);
    assert.equal(resumed.state.state, 'done');
    assert.ok(resumed.events.some((event) => event.type === 'resumed' && event.fromStep >= 40));
    assert.deepEqual(await weightsOf(folder), await weightsOf(straight));
    assert.deepEqual(metricsOf(await readEvents(folder), 'train/loss'), metricsOf(await readEvents(straight), 'train/loss'));
    assert.deepEqual(metricsOf(await readEvents(folder), 'heldout/clinical/loss'), metricsOf(await readEvents(straight), 'heldout/clinical/loss'));
  });

  it('that is killed while a checkpoint is being written goes on from the one before to the same bits', async () => {
    const settings = { 'steps': 16, 'checkpoints.everySteps': 2 };
    const whole = await createTrainJob(root, 'pretrain', settings);
    assert.equal((await runToEnd(whole)).state.state, 'done');
    const folder = await createTrainJob(root, 'pretrain', settings);
    await mkdir(path.join(folder, 'checkpoints'));
    let cutShort: string | undefined;
    const watcher = watch(path.join(folder, 'checkpoints'), (_, name) => {
      if (cutShort !== undefined || name === null || !/^\.tmp-step-(?:8|10|12|14)-/.test(name)) return;
      cutShort = name;
      process.kill((JSON.parse(readFileSync(path.join(folder, 'status.json'), 'utf8')) as { pid: number }).pid, 'SIGKILL');
    });
    const killed = await runToEnd(folder);
    watcher.close();
    assert.equal(killed.state.state, 'lost');
    assert.ok(cutShort !== undefined && !killed.events.some((event) => event.type === 'checkpoint' && cutShort!.includes(`-${event.path.split('/').at(-1)!}-`)), 'it was being written');
    const resumed = await runToEnd(folder);
    assert.equal(resumed.state.state, 'done');
    assert.deepEqual(await weightsOf(folder), await weightsOf(whole));
    assert.deepEqual(metricsOf(await readEvents(folder), 'train/loss'), metricsOf(await readEvents(whole), 'train/loss'));
    assert.deepEqual((await readdir(path.join(folder, 'checkpoints'))).sort(), ['step-14', 'step-16']);
  });

  for (const [kind, state] of [['stop', 'stopped'], ['pause', 'paused']] as const) {
    it(`that is asked to ${kind} checkpoints its last whole update, and goes on to the same bits`, async () => {
      const folder = await createTrainJob(root, 'pretrain');
      const stopped = await runToEnd(folder, askAt(folder, kind, (event) => stepOf(event) >= 5));
      assert.equal(stopped.state.state, state);
      assert.equal(stopped.state.exitCode, 3);
      assert.ok(stopped.events.some((event) => event.type === 'requestAnswered' && event.answer === 'done'));
      const { step } = await jsonOf(folder, 'trainer_state.json');
      assert.ok(typeof step === 'number' && step >= 5 && step < 120);
      const resumed = await runToEnd(folder);
      assert.equal(resumed.state.state, 'done');
      assert.deepEqual(await weightsOf(folder), await weightsOf(straight));
    });
  }

  it('of an older version goes on where a setting is new since, and is told which one when a setting is unknown', async () => {
    const folder = await createTrainJob(root, 'pretrain');
    await runToEnd(folder, askAt(folder, 'stop', (event) => stepOf(event) >= 5));
    const checkpoint = (await latestCheckpoint(folder))!;
    const [job, state] = [path.join(folder, 'run.yaml'), path.join(checkpoint, 'trainer_state.json')];
    const change = async (edit: (run: Record<string, unknown>) => void): Promise<void> => {
      const stored = JSON.parse(await readFile(state, 'utf8')) as { run: Record<string, unknown> };
      edit(stored.run);
      await writeFile(state, JSON.stringify(stored));
    };
    await change((run) => { run['ofAnotherVersion'] = 1; });
    const unknown = (await runToEnd(folder)).state;
    assert.equal(unknown.exitCode, 2);
    assert.match(unknown.reason!, /settings that this version does not know.*ofAnotherVersion/s);
    assert.deepEqual(await readdir(path.join(folder, 'checkpoints')), [path.basename(checkpoint)]);

    // What a version without these settings would have written.
    const added = ['relaxedSimd', 'products', 'crossDocumentAttention', 'recomputeActivations'];
    await change((run) => { for (const key of ['ofAnotherVersion', ...added]) Reflect.deleteProperty(run, key); });
    const written = parse(await readFile(job, 'utf8')) as { resolved: { run: Record<string, unknown> } };
    for (const key of added) Reflect.deleteProperty(written.resolved.run, key);
    await writeFile(job, stringify(written));
    const { state: end, events } = await runToEnd(folder);
    assert.equal(end.state, 'done', end.reason);
    assert.ok(events.some((event) => event.type === 'resumed' && event.fromStep >= 5));
    assert.deepEqual(await weightsOf(folder), await weightsOf(straight));
  });

  it('that is told to end by a signal stops in good order', async () => {
    const folder = await createTrainJob(root, 'pretrain');
    const { state } = await runToEnd(folder, (event, pid) => { if (stepOf(event) === 5) process.kill(pid, 'SIGTERM'); });
    assert.equal(state.state, 'stopped');
    assert.notEqual(await latestCheckpoint(folder), undefined);
  });

  it('that is asked for a checkpoint writes one and goes on', async () => {
    const folder = await createTrainJob(root, 'pretrain');
    const { state, events } = await runToEnd(folder, askAt(folder, 'checkpoint', (event) => stepOf(event) >= 3));
    assert.equal(state.state, 'done');
    const steps = events.flatMap((event) => (event.type === 'checkpoint' ? [event.step] : []));
    assert.deepEqual(steps.filter((step) => step % 40 === 0), [40, 80, 120]);
    assert.ok(events.some((event) => event.type === 'requestAnswered' && event.answer === 'done'));
    assert.deepEqual(await weightsOf(folder), await weightsOf(straight));
  });

  it('fine-tunes from a checkpoint with noise, and inherits that its data may not leave', async () => {
    const folder = await createTrainJob(root, 'finetune', {}, path.join('.preclinical/runs', path.basename(straight), 'checkpoints/step-120'));
    const { state, events } = await runToEnd(folder);
    assert.equal(state.state, 'done', state.reason);
    const losses = metricsOf(events, 'train/loss') as [number, number][];
    assert.ok(losses.at(-1)![1] < losses[0]![1]);
    const norms = metricsOf(events, 'neftune/noiseNorm') as [number, number][];
    assert.ok(norms.every(([, norm]) => Math.abs(norm - 5 / Math.sqrt(3)) < 0.3));
    const origin = await jsonOf(folder, 'preclinical.json');
    assert.equal(origin['egress'], 'never');
    assert.equal((origin['parent'] as { checkpoint: string }).checkpoint, `.preclinical/runs/${path.basename(straight)}/checkpoints/step-120`);
  });

  it('trains an adapter on packed answers, killed without warning or not, to the same bits, and its checkpoint is a base', async () => {
    const base = path.join('.preclinical/runs', path.basename(straight), 'checkpoints/step-120');
    const settings = { 'packing': 'best-fit', 'recomputeActivations': true, 'lora.rank': 4, 'lora.dropout': 0.1, 'batchSize': 2, 'steps': 20, 'checkpoints.everySteps': 5 };
    const whole = await createTrainJob(root, 'finetune', settings, base);
    assert.equal((await runToEnd(whole)).state.state, 'done');
    const folder = await createTrainJob(root, 'finetune', settings, base);
    const killed = await runToEnd(folder, (event, pid) => { if (stepOf(event) === 12) process.kill(pid, 'SIGKILL'); });
    assert.equal(killed.state.state, 'lost');
    assert.equal((await runToEnd(folder)).state.state, 'done');
    const adapter = async (job: string): Promise<Buffer> => readFile(path.join((await latestCheckpoint(job))!, 'adapter_model.safetensors'));
    assert.deepEqual(await adapter(folder), await adapter(whole));
    assert.deepEqual(metricsOf(await readEvents(folder), 'train/loss'), metricsOf(await readEvents(whole), 'train/loss'));
    assert.equal((await jsonOf(folder, 'adapter_config.json'))['base_model_name_or_path'], '../../../' + path.basename(straight) + '/checkpoints/step-120');

    const next = await createTrainJob(root, 'finetune', { steps: 2 }, path.join('.preclinical/runs', path.basename(folder), 'checkpoints/step-20'));
    const { state, events } = await runToEnd(next);
    assert.equal(state.state, 'done', state.reason);
    const [first] = metricsOf(events, 'train/loss') as [number, number][];
    const [untrained] = metricsOf(await readEvents(whole), 'train/loss') as [number, number][];
    assert.ok(first![1] < untrained![1], 'the adapter is merged into the base');
  });

  it('carries the base\'s generation_config.json through, over a resume too', async () => {
    const base = path.join(root, 'with-generation');
    await cp((await latestCheckpoint(straight))!, base, { recursive: true });
    const stated = '{ "eos_token_id": [1, 7], "do_sample": true, "temperature": 0.6 }\n';
    await writeFile(path.join(base, 'generation_config.json'), stated);
    const folder = await createTrainJob(root, 'finetune', { steps: 60 }, 'with-generation');
    await runToEnd(folder, askAt(folder, 'stop', (event) => stepOf(event) >= 2));
    assert.equal((await runToEnd(folder)).state.state, 'done');
    assert.equal(await readFile(path.join((await latestCheckpoint(folder))!, 'generation_config.json'), 'utf8'), stated);
  });

  it('refuses an adapter for a layer the model does not have, and names those it has', async () => {
    const base = path.join('.preclinical/runs', path.basename(straight), 'checkpoints/step-120');
    const { state } = await runToEnd(await createTrainJob(root, 'finetune', { 'lora.targetModules': ['w2'] }, base));
    assert.equal(state.exitCode, 2);
    assert.match(state.reason!, /no linear layer of this model.*q_proj, k_proj/s);
  });

  it('trains an adapter on the experts of a Mixtral, and refuses what PEFT has none for', async () => {
    const mixtral = await createTrainJob(root, 'pretrain', { 'base.new.family': 'mixtral', 'steps': 1 });
    assert.equal((await runToEnd(mixtral)).state.state, 'done');
    const base = path.join('.preclinical/runs', path.basename(mixtral), 'checkpoints/step-1');
    const folder = await createTrainJob(root, 'finetune', { 'steps': 2, 'lora.targetModules': ['q_proj', 'w1', 'w2', 'w3'] }, base);
    assert.equal((await runToEnd(folder)).state.state, 'done');
    assert.deepEqual((await jsonOf(folder, 'adapter_config.json'))['target_parameters'], ['experts.down_proj', 'experts.gate_up_proj']);
    const next = await createTrainJob(root, 'finetune', { steps: 1 }, path.join('.preclinical/runs', path.basename(folder), 'checkpoints/step-2'));
    assert.equal((await runToEnd(next)).state.state, 'done', 'the adapter is merged into the experts');
    const { state } = await runToEnd(await createTrainJob(root, 'finetune', { 'lora.targetModules': ['w1'] }, base));
    assert.equal(state.exitCode, 2);
    assert.match(state.reason!, /w1 has an adapter together with w3 only/);
  });

  it('keeps the best checkpoint on a held-out set beside the newest', async () => {
    const folder = await createTrainJob(root, 'pretrain', { 'steps': 60, 'optimiser.learningRate': 0.05, 'heldOut.everySteps': 10, 'checkpoints.keepBest': 'clinical', 'checkpoints.keep': 1, 'checkpoints.everySteps': 30 });
    const { state, events } = await runToEnd(folder);
    assert.equal(state.state, 'done', state.reason);
    const measured = (metricsOf(events, 'heldout/clinical/loss') as [number, number][]).filter(([step]) => step > 0);
    const best = measured.reduce((lowest, point) => (point[1] < lowest[1] ? point : lowest));
    const kept = (await readdir(path.join(folder, 'checkpoints'))).sort();
    assert.deepEqual(new Set(kept), new Set([`step-${best[0]}`, 'step-60']));
  });

  it('says what went wrong with which documents when the loss is no number, before the update is made', async () => {
    const folder = await createTrainJob(root, 'pretrain', { 'optimiser.learningRate': 1e30, 'optimiser.clipNorm': null });
    const { state, events } = await runToEnd(folder);
    assert.equal(state.exitCode, 2);
    const signatures = events.flatMap((event) => (event.type === 'signature' ? [event] : []));
    const last = signatures.at(-1)!;
    assert.equal(last.kind, 'non-finite');
    assert.ok(last.documents!.length > 0 && last.documents![0]!.documents.length > 0);
    assert.match(state.reason!, new RegExp(`at step ${last.step}`));
    assert.ok(!metricsOf(events, 'train/loss').some((point) => (point as [number])[0] >= last.step));
  });

  it('that can not write a checkpoint says so, leaves the last one alone, and goes on to the same bits once it can', async () => {
    const folder = await createTrainJob(root, 'pretrain');
    await runToEnd(folder, askAt(folder, 'stop', (event) => stepOf(event) >= 3));
    const before = await latestCheckpoint(folder);
    const held = await weightsOf(folder);
    // Units of 1024 bytes: room for the weights, none for the moments after them.
    const kilobytes = String(Math.ceil((1.5 * held.length) / 1024));
    const limited = spawnSync('bash', ['-c', 'ulimit -f "$1"; shift; exec "$@"', 'job', kilobytes, process.execPath, path.join(packageRoot, 'dist/engine/job.mjs'), '--folder', folder], { encoding: 'utf8' });
    assert.equal(limited.status, 2, limited.stderr);
    assert.match((await readJobState(folder)).reason!, /size limit/);
    assert.equal(await latestCheckpoint(folder), before);
    assert.deepEqual(await weightsOf(folder), held);
    assert.equal((await runToEnd(folder)).state.state, 'done');
    assert.deepEqual(await weightsOf(folder), await weightsOf(straight));
  });

  it('refuses a base whose tokenizer is not that of the mix', async () => {
    const base = path.join(root, 'other-tokenizer');
    await cp((await latestCheckpoint(straight))!, base, { recursive: true });
    const tokenizer = path.join(base, 'tokenizer.json');
    await writeFile(tokenizer, `${await readFile(tokenizer, 'utf8')} `);
    const { state } = await runToEnd(await createTrainJob(root, 'finetune', {}, 'other-tokenizer'));
    assert.equal(state.exitCode, 2);
    assert.match(state.reason!, /base checkpoint's tokenizer is not the one the mix 'chat' was built with/);
  });

  it('refuses to fine-tune on a mix without instructions', async () => {
    const { state } = await runToEnd(await createTrainJob(root, 'pretrain', { stage: 'finetune' }));
    assert.equal(state.exitCode, 2);
    assert.match(state.reason!, /holds no instructions/);
  });
});
