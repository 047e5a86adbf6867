// What is looked at before a trainer is started elsewhere, and how the paths of another machine are found.
import assert from 'node:assert/strict';
import path from 'node:path';
import { runSchema, scaleoutSchema } from '../../../../src/documents/run/schema';
import { checkLines, engines, Place, preflight, pythonPlaces, type PreflightFacts, type PythonFound } from '../../../../src/engine/scaleout';
import type { Check } from '../../../../src/protocol/prepared';

const gibibyte = 2 ** 30;
const python: PythonFound = {
  interpreter: '/opt/bin/python', because: 'PATH', python: '3.11.7', executable: '/opt/bin/python', gpus: ['H100', 'H100'], gpuBytes: [80 * gibibyte, 80 * gibibyte],
  packages: { torch: '2.15.0', transformers: '5.23.0', accelerate: '1.15.0', datasets: '5.2.0', trl: '1.16.0', peft: null }, freeBytes: 100 * gibibyte, now: 1000, loginNode: false, missing: [],
};

function check(name: string, { settings = {}, found = {}, run = {}, ...facts }: Partial<Omit<PreflightFacts, 'settings' | 'run'>> & { settings?: object; found?: Partial<PythonFound>; run?: object } = {}): Check {
  const parsed = runSchema.parse({ name: 'r', stage: 'pretrain', base: 'b', data: 'm.mix.yaml', engine: 'trl', batchSize: 8, optimiser: { learningRate: 0.001 }, ...run });
  return preflight({
    run: parsed, settings: scaleoutSchema.parse({ processes: 2, ...settings }), engine: engines.trl, python: { ...python, ...found }, place: 'this machine', isHere: true, onGpu: true,
    checkpointBytes: 10 * gibibyte, fileSystem: 0xef53, askedBetween: [990, 1010], ...facts,
  }).find((one) => one.name === name)!;
}

const states = (...checks: Check[]): string[] => checks.map(({ state }) => state);

describe('what is looked at before a start', () => {
  it('is all well on a machine that has everything', () => {
    const names = ['Python', 'packages', 'GPUs', 'machine', 'shared folder', 'disk', 'model files', 'clock'];
    assert.deepEqual(names.map((name) => check(name).state), names.map(() => 'ok'));
    assert.equal(check('GPUs').found, 'H100 (80 GiB), H100 (80 GiB)');
    assert.deepEqual(checkLines([check('machine')]), ['ok       machine: no login node of a cluster']);
  });

  it('refuses packages that are missing, by name, also those only a setting needs', () => {
    assert.match(check('packages', { run: { lora: {} } }).next!, /\/opt\/bin\/python -m pip install peft`/);
    assert.match(check('packages', { settings: { attention: 'flash_attention_2' } }).found, /^flash-attn missing/);
  });

  it('refuses too few GPUs and none where one is demanded, and warns of none elsewhere', () => {
    const none = { found: { gpus: [], gpuBytes: [] }, onGpu: false };
    assert.deepEqual(states(check('GPUs', { settings: { processes: 3 } }), check('GPUs', none), check('GPUs', { ...none, settings: { device: 'gpu' } }), check('GPUs', { ...none, settings: { device: 'cpu' } })), ['error', 'warning', 'error', 'ok']);
    assert.equal(check('GPUs', { settings: { processes: 8, slurm: {} } }).found, '8 of each node, as Slurm gives them');
  });

  it('warns on a login node, and of a folder that nodes would not see', () => {
    assert.deepEqual(states(check('machine', { found: { loginNode: true } }), check('machine', { found: { loginNode: true }, settings: { slurm: {} } })), ['warning', 'ok']);
    assert.deepEqual(states(check('shared folder', { settings: { slurm: {} } }), check('shared folder', { settings: { slurm: {} }, fileSystem: 0x6969 })), ['warning', 'ok']);
    // As a signed number, which some systems give.
    assert.equal(check('shared folder', { settings: { slurm: {} }, fileSystem: 0xff534d42 | 0 }).state, 'ok');
  });

  it('refuses a disk with room for no checkpoint, and warns of one with room for too few', () => {
    const free = (gib: number): Check => check('disk', { found: { freeBytes: gib * gibibyte } });
    assert.deepEqual(states(free(9), free(15), free(20)), ['error', 'warning', 'ok']);
    assert.match(free(9).found, /^9\.0 GiB free, and a checkpoint takes 10\.0 GiB, of which 2 are there/);
  });

  it('refuses a base that is not seen, and tells of another clock with its direction', () => {
    assert.deepEqual([check('model files', { found: { missing: ['/models/7b'] } }).found, check('model files', { found: { missing: ['/models/7b'] }, isHere: false }).key], ['/models/7b is not there', 'scaleout.remote.paths']);
    assert.equal(check('clock', { found: { now: 1010 + 3600 } }).found, '3600 s ahead of this machine\'s');
    assert.equal(check('clock', { found: { now: 990 - 61 } }).found, '61 s behind this machine\'s');
  });
});

describe('the path of a file on another machine', () => {
  const place = new Place({ command: ['ssh', 'gpu1'], paths: { '/home/me': '/mnt/me', '/home/me/big': '/data', '/srv': '/srv' } });

  it('follows the longest folder that is named, and is the same under none', () => {
    assert.deepEqual(['/home/me/a b/c', '/home/me', '/home/me/big/x', '/home/meander', '/opt/x'].map((file) => place.seen(file)), ['/mnt/me/a b/c', '/mnt/me', '/data/x', '/home/meander', '/opt/x']);
    assert.equal(new Place(undefined).seen('/home/me/x'), '/home/me/x');
  });

  it('is that of a Python of the workspace, and not of one that is named from the root on', () => {
    const [named, own] = ['/usr/bin/python3', 'env/bin/python'].map((name) => pythonPlaces('/home/me/study', name, {}, place)[0]!.interpreter);
    assert.deepEqual([named, own], ['/usr/bin/python3', '/mnt/me/study/env/bin/python']);
  });
});

describe('the Pythons that are tried', () => {
  it('begin with the run file, then the setting; the editor\'s choice is one of several', () => {
    const environment = { PRECLINICAL_EDITOR_PYTHON: '/envs/a/bin/python' };
    assert.deepEqual(pythonPlaces('/project', undefined, environment).map(({ interpreter }) => interpreter), ['/envs/a/bin/python', 'python3', 'python']);
    assert.deepEqual(pythonPlaces('/project', undefined, { ...environment, PRECLINICAL_TRAINER_PYTHON: 'py' }).map(({ interpreter }) => interpreter), ['py']);
    assert.equal(pythonPlaces('/project', 'env/bin/python', environment)[0]!.interpreter, path.resolve('/project/env/bin/python'));
    const far = new Place({ command: ['ssh', 'x'], paths: {} });
    assert.deepEqual(pythonPlaces('/project', undefined, environment, far).map(({ interpreter }) => interpreter), ['python3', 'python'], 'the editor\'s is of this machine');
  });
});
