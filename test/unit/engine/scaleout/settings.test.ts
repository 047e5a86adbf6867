import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseRun } from '../../../../src/documents/run/parse';
import { scaleoutOf, type Run } from '../../../../src/documents/run/schema';
import { explainFailure } from '../../../../src/engine/jobs/scaleout/failure';
import { parseTrainerEvent, pythonPlaces, refuseUnknownSettings, shareOut, trlConfig, writeGenerated, writeLaunchScript } from '../../../../src/engine/scaleout';

function runOf(extra: string): Run {
  const { document, problems } = parseRun(`name: r\nstage: pretrain\nbase: b\ndata: m.mix.yaml\nengine: trl\nbatchSize: 8\noptimiser: { learningRate: 0.001 }\n${extra}`, 'r.run.yaml');
  assert.ok(document, problems.map(({ message }) => message).join('; '));
  return document;
}

describe('settings of a run that TRL trains', () => {
  it('shares out the rows of an update evenly, micro-batches first', () => {
    const shares = (batchSize: number, accumulationSteps: number, processes: number): unknown => {
      const { rowsOfProcess, accumulationSteps: each } = shareOut({ ...runOf(''), batchSize, accumulationSteps, scaleout: { ...scaleoutOf(runOf('')), processes } });
      return [rowsOfProcess, each];
    };
    assert.deepEqual(shares(8, 4, 2), [8, 2]);
    assert.deepEqual(shares(8, 1, 2), [4, 1]);
    assert.deepEqual(shares(6, 3, 2), [3, 3]);
    assert.throws(() => shares(3, 1, 2), /scaleout\.processes: 3 sequences of 1 micro-batches cannot be shared out evenly/);
  });

  it('names everything that decides what is computed', () => {
    const facts = { totalSteps: 9, base: '../base', heldOut: ['clinical'], heldOutEvery: 3, onGpu: false, adapter: 'adapter', sharding: 'none', family: 'mistral' } as const;
    const config = trlConfig({ run: runOf('neftune: { alpha: 10 }\nrecomputeActivations: true\nscaleout: { processes: 4 }\n'), ...facts });
    assert.deepEqual(
      ['per_device_train_batch_size', 'neftune_noise_alpha', 'gradient_checkpointing', 'use_cpu', 'bf16', 'max_steps', 'train_sampling_strategy', 'adam_beta2', 'push_to_hub', 'report_to'].map((key) => config[key]),
      [2, 10, true, true, false, 9, 'sequential', 0.95, false, 'none'],
    );
    assert.equal(trlConfig({ run: runOf(''), ...facts, onGpu: true })['bf16'], true);
    assert.equal(trlConfig({ run: runOf('scaleout: { precision: float32 }\n'), ...facts, onGpu: true })['bf16'], false);
    assert.equal('adapter' in config, false);
    assert.equal(trlConfig({ run: runOf('lora: {}\n'), ...facts })['adapter'], 'adapter');
  });

  it('refuses what only the embedded engine does', () => {
    const { problems } = parseRun('name: r\nstage: pretrain\nbase: b\ndata: m.mix.yaml\nengine: trl\nbatchSize: 8\noptimiser: { learningRate: 0.001 }\ncheckpoints: { keepBest: clinical }\n', 'r.run.yaml');
    assert.deepEqual(problems.map(({ code }) => code), ['run-keep-best-elsewhere']);
  });

  it('refuses a TRL that does not know a setting, by name and version', () => {
    const python = { interpreter: 'py', because: 'PATH', python: '3.11', executable: 'py', packages: { trl: '0.9.0', transformers: '4.40.0' }, gpus: [], gpuBytes: [], freeBytes: 1, trlSettings: ['max_steps'] };
    assert.doesNotThrow(() => { refuseUnknownSettings({ max_steps: 1, rows: 'x' }, ['rows'], python); });
    assert.throws(() => { refuseUnknownSettings({ max_steps: 1, train_sampling_strategy: 's' }, [], python); }, /does not know train_sampling_strategy.*trl 0\.9\.0, transformers 4\.40\.0/);
  });

  it('looks for Python where it was named, else in the workspace and on PATH', () => {
    assert.deepEqual(pythonPlaces('/project', 'env/bin/python', {}), [{ interpreter: path.resolve('/project/env/bin/python'), because: 'scaleout.python of the run file' }]);
    assert.deepEqual(pythonPlaces('/project', undefined, { PRECLINICAL_TRAINER_PYTHON: 'py' }), [{ interpreter: 'py', because: 'PRECLINICAL_TRAINER_PYTHON, or preclinical.python.path of the editor' }]);
    assert.deepEqual(pythonPlaces('/project', undefined, {}).map(({ interpreter }) => interpreter), ['python3', 'python']);
  });
});

describe('files generated for a trainer', () => {
  it('start it through a prefix, quoted for the shell', () => {
    const script = writeLaunchScript({ entry: ['train_trl.py', '--config', 'trl.yaml'], interpreter: '/opt/my python/bin/python', prefix: ['apptainer', 'exec', '--nv', 'it\'s.sif'], processes: 2, threadsOfProcess: 3, prologue: [], nodes: 1 });
    assert.match(script, /exec apptainer exec --nv 'it'\\''s\.sif' '\/opt\/my python\/bin\/python' -m torch\.distributed\.run --standalone --nproc-per-node 2 train_trl\.py --config trl\.yaml "\$@"/);
    assert.match(script, /export OMP_NUM_THREADS=3/);
  });

  it('are made anew unless they were changed by hand; then the change is kept and told', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'generated-'));
    try {
      assert.deepEqual(await writeGenerated(folder, { 'a.yaml': 'x: 1\ny: 2\n', 'b.sh': 'one\n' }), []);
      assert.equal(statSync(path.join(folder, 'b.sh')).mode & 0o777, 0o700);
      assert.deepEqual(await writeGenerated(folder, { 'a.yaml': 'x: 3\ny: 2\n' }), []);
      assert.equal(readFileSync(path.join(folder, 'a.yaml'), 'utf8'), 'x: 3\ny: 2\n');
      writeFileSync(path.join(folder, 'a.yaml'), 'x: 9\ny: 2\n');
      const told = [{ file: 'a.yaml', difference: ['-x: 4', '+x: 9'] }];
      assert.deepEqual(await writeGenerated(folder, { 'a.yaml': 'x: 4\ny: 2\n' }), told);
      assert.deepEqual(await writeGenerated(folder, { 'a.yaml': 'x: 4\ny: 2\n' }), told, 'still, the next time');
      assert.equal(readFileSync(path.join(folder, 'a.yaml'), 'utf8'), 'x: 9\ny: 2\n');
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

describe('what a trainer says', () => {
  it('is read line by line; a torn or strange line is none', () => {
    assert.deepEqual(parseTrainerEvent('{"type":"update","step":3,"at":1.5,"loss":"nan","learningRate":0.1,"gradientNorm":null}'), {
      type: 'update', step: 3, at: 1.5, loss: Number.NaN, learningRate: 0.1, gradientNorm: null, balanceLoss: null,
    });
    assert.equal(parseTrainerEvent('{"type":"update","st'), undefined);
    assert.equal(parseTrainerEvent('{"type":"other"}'), undefined);
  });

  it('becomes a reason with a next step when it ends early', () => {
    const facts = { logFile: 'trainer.log', step: 7, totalSteps: 20, code: 1, signal: null };
    const reason = (...lines: string[]): string => explainFailure(lines, facts).message;
    assert.match(reason('x', 'torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2 GiB'), /ran out of memory at step 7 of 20.*Lower batchSize/);
    assert.match(reason('OSError: [Errno 28] No space left on device'), /the disk is full, or a file larger than is allowed at step 7.*its last checkpoint is whole/);
    assert.match(reason('safetensors_rust.SafetensorError: Error while serializing: I/O error: Disk quota exceeded (os error 122)'), /larger quota/);
    assert.match(reason('[rank1]: RuntimeError: [enforce fail at alloc_cpu.cpp:117] err == 0. DefaultCPUAllocator: can\'t allocate memory: you tried to allocate 8192 bytes.'), /ran out of memory/);
    assert.match(reason('[rank1]: RuntimeError: Connection closed by peer [127.0.0.1]', '  exitcode  : -9 (pid: 7)'), /was killed/, 'what the others lost');
    assert.match(reason('ModuleNotFoundError: No module named \'trl\''), /package is missing/);
    assert.match(reason('[rank1]: Traceback', '[rank1]: _pickle.UnpicklingError: Weights only load failed.', 'torch.distributed.elastic.multiprocessing.errors.ChildFailedError: '), /ended with code 1 at step 7 of 20 \(found \[rank1\]: _pickle\.UnpicklingError/);
    assert.match(reason(''), /it printed nothing/);
  });
});
