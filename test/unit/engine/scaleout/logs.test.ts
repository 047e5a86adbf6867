// Logs written by TensorBoard, Weights & Biases, MLflow and transformers themselves (test/reference/make_imports.py).
import assert from 'node:assert/strict';
import { appendFileSync, cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { importRuns } from '../../../../src/engine/jobs/import-runs';
import { findLogs, type TrainerLog } from '../../../../src/engine/scaleout';
import { readEvents } from '../../../../src/runs/events';
import { readJob } from '../../../../src/runs/read';

const fixtures = path.join(process.env['PRECLINICAL_ROOT'] ?? process.cwd(), 'test/fixtures/scaleout/logs');
const losses = [4.5, 4.25, 4, 3.75, 3.5, 3.25];
const sources = ['tensorboard', 'wandb', 'mlruns', 'trainer', 'llama-factory'];

async function onlyLog(folder: string): Promise<TrainerLog> {
  const [found, ...others] = await findLogs(folder);
  assert.deepEqual(others, []);
  return (await found!.read())!;
}
const values = ({ points }: TrainerLog, name: string): number[] => points.flatMap(({ metrics }) => metrics[name] ?? []);

describe('logs of other trainers', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'logs-'));
    cpSync(fixtures, path.join(folder, 'logs'), { recursive: true });
  });
  afterEach(() => { rmSync(folder, { recursive: true }); });

  for (const source of sources) {
    it(`of ${source} have the loss, learning rate and held-out loss that were logged, under this program's names`, async () => {
      const log = await onlyLog(path.join(folder, 'logs', source));
      assert.deepEqual(values(log, 'train/loss'), losses);
      assert.deepEqual(values(log, 'train/learningRate').map((rate) => Number(rate.toPrecision(5))), losses.map((_, index) => Number(((1e-3 * (index + 1)) / 6).toPrecision(5))));
      assert.deepEqual(values(log, 'heldout/eval/loss'), [3.125]);
      assert.deepEqual(log.points.filter(({ metrics }) => 'train/loss' in metrics).map(({ step }) => step), [1, 2, 3, 4, 5, 6]);
      assert.equal(log.unreadable, 0);
    });
  }

  it('keep a norm that was no number, tokens, settings, name and length where the program tells them', async () => {
    assert.deepEqual(values(await onlyLog(path.join(folder, 'logs/tensorboard')), 'train/gradientNorm'), [NaN]);
    const state = await onlyLog(path.join(folder, 'logs/trainer'));
    assert.deepEqual([values(state, 'train/gradientNorm').at(-1), state.totalSteps], [NaN, 12]);
    assert.deepEqual((await onlyLog(path.join(folder, 'logs/llama-factory'))).points[5]!.tokens, 6144);
    const wandb = await onlyLog(path.join(folder, 'logs/wandb'));
    assert.deepEqual([wandb.name, wandb.settings], ['continued', { learning_rate: 0.001, model: 'tiny' }]);
    const mlflow = await onlyLog(path.join(folder, 'logs/mlruns'));
    assert.deepEqual([mlflow.name, mlflow.settings], ['continued', { learning_rate: '0.001' }]);
  });

  it('of MLflow have the tokens too, which it logs by themselves', async () => {
    const [experiment, run] = ['528216999143302463', 'e57560086f454589b792fc4941d693b9'];
    writeFileSync(path.join(folder, 'logs/mlruns', experiment, run, 'metrics/num_tokens'), [1, 2, 3, 4, 5, 6, 9].map((step) => `1795434985000 ${step * 40} ${step}\n`).join(''));
    assert.equal((await onlyLog(path.join(folder, 'logs/mlruns'))).unreadable, 0);
    const [imported] = await importRuns(folder, path.join(folder, 'logs/mlruns'));
    assert.equal(imported!.steps, 6);
    assert.deepEqual((await readEvents(imported!.folder)).flatMap((event) => (event.type === 'metrics' && 'train/loss' in event.metrics ? [event.tokens] : [])), [40, 80, 120, 160, 200, 240]);
  });

  it('that a link names a second time are read once, under their own name', async () => {
    const run = path.join(folder, 'logs/wandb/offline-run-1');
    mkdirSync(run);
    renameSync(path.join(folder, 'logs/wandb/run-fixture.wandb'), path.join(run, 'run-fixture.wandb'));
    symlinkSync('offline-run-1', path.join(folder, 'logs/wandb/latest-run'));
    assert.deepEqual((await findLogs(path.join(folder, 'logs/wandb'))).map(({ place }) => place), [path.join(run, 'run-fixture.wandb')]);
  });

  it('are read as far as they are whole when a file is cut anywhere, and never more is told than was written', async () => {
    const files = ['tensorboard', 'wandb', 'llama-factory'].map((name) => {
      const [file] = readdirSync(path.join(folder, 'logs', name)).map((one) => path.join(folder, 'logs', name, one));
      return { name, file: file!, whole: readFileSync(file!) };
    });
    await fc.assert(fc.asyncProperty(fc.constantFrom(...files), fc.double({ min: 0, max: 1, noNaN: true }), async ({ file, whole }, part) => {
      writeFileSync(file, whole.subarray(0, Math.floor(whole.length * part)));
      const log = await onlyLog(path.dirname(file));
      const read = values(log, 'train/loss');
      assert.deepEqual(read, losses.slice(0, read.length));
      assert.ok(log.unreadable <= 1);
    }), { numRuns: 60 });
    for (const { name, file, whole } of files) {
      writeFileSync(file, whole.subarray(0, whole.length - 3));
      assert.equal((await onlyLog(path.join(folder, 'logs', name))).unreadable, 1, name);
    }
  });

  it('leave out a damaged record of a Weights & Biases log, and count it', async () => {
    const [name] = readdirSync(path.join(folder, 'logs/wandb'));
    const file = path.join(folder, 'logs/wandb', name!);
    const bytes = readFileSync(file);
    const at = bytes.indexOf('train/loss');
    bytes[at] = 0x20;
    writeFileSync(file, bytes);
    const log = await onlyLog(file);
    assert.equal(log.unreadable, 1);
    assert.deepEqual(values(log, 'train/loss'), [], 'the rest of its block of 32 KiB is not trusted');
  });

  it('become runs that are done, in the tree and the curves, without a byte changed where they lie', async () => {
    const place = path.join(folder, 'logs');
    const before = snapshot(place);
    const imported = await importRuns(folder, place);
    assert.deepEqual(imported.map(({ source }) => source).sort(), ['LLaMA-Factory', 'MLflow', 'TensorBoard', 'Weights & Biases', 'transformers Trainer']);
    for (const run of imported) {
      const events = await readEvents(run.folder);
      assert.deepEqual(events.flatMap((event) => (event.type === 'metrics' && 'train/loss' in event.metrics ? [event.metrics['train/loss']] : [])), losses);
      assert.ok(events.every((event, index) => event.seq === index + 1));
      const job = await readJob(run.folder);
      assert.equal(job.file.kind, 'import');
      assert.equal(job.state, 'done');
      assert.match(job.reason!, new RegExp(`^Imported from ${run.source}, logs/`));
    }
    assert.deepEqual(snapshot(place), before);
  });

  it('take in what they gained when they are imported again, as the same run, and say what could not be read', async () => {
    const file = path.join(folder, 'logs/llama-factory/trainer_log.jsonl');
    const whole = readFileSync(file, 'utf8').split('\n');
    writeFileSync(file, `${whole.slice(0, 3).join('\n')}\n${whole[3]!.slice(0, 20)}`);
    const [first] = await importRuns(folder, file);
    assert.deepEqual([first!.added, first!.unreadable], [3, 1]);
    assert.match((await readJob(first!.folder)).reason!, /1 records of it could not be read: torn, or still being written/);
    const events = path.join(first!.folder, 'events.jsonl');
    const { ino } = statSync(events);
    truncateSync(file, Buffer.byteLength(`${whole.slice(0, 3).join('\n')}\n`));
    appendFileSync(file, whole.slice(3).join('\n'));
    const [second] = await importRuns(folder, file);
    assert.deepEqual([second!.id, second!.added, second!.unreadable, second!.steps], [first!.id, 3, 0, 6]);
    assert.equal(statSync(events).ino, ino, 'what is read live was appended to');
    assert.equal((await importRuns(folder, file))[0]!.added, 0);
  });

  it('that are none are refused by name', async () => {
    await assert.rejects(importRuns(folder, path.join(folder, 'nowhere')), /there is no such file or folder/);
    writeFileSync(path.join(folder, 'note.txt'), 'x');
    await assert.rejects(importRuns(folder, path.join(folder, 'note.txt')), /no log of a trainer was found here/);
    const state = path.join(folder, 'trainer_state.json');
    writeFileSync(state, '{"log_hist');
    await assert.rejects(importRuns(folder, state), /no measurement that could be read/);
  });
});

/** Every file below a folder with its bytes and times. */
function snapshot(place: string): [string, string, bigint][] {
  return readdirSync(place, { recursive: true, withFileTypes: true }).filter((one) => one.isFile()).map((one) => path.join(one.parentPath, one.name)).sort()
    .map((file) => [file, readFileSync(file, 'base64'), statSync(file, { bigint: true }).mtimeNs]);
}
