// Python environments out of lock files, with wheels made here so that nothing is downloaded.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { packageRoot } from '../../src/engine/parts/assets';
import { pythonEnvironment } from '../rig/python-environment.mjs';

const makeWheels = `
import sys, zipfile
def wheel(name, requires):
    with zipfile.ZipFile(f'{sys.argv[1]}/{name}-1.0-py3-none-any.whl', 'w') as file:
        file.writestr(f'{name}.py', f'said = {name!r}')
        file.writestr(f'{name}-1.0.dist-info/METADATA', f'Metadata-Version: 2.1\\nName: {name}\\nVersion: 1.0\\n' + ''.join(f'Requires-Dist: {other}\\n' for other in requires))
        file.writestr(f'{name}-1.0.dist-info/WHEEL', 'Wheel-Version: 1.0\\nGenerator: test\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n')
        file.writestr(f'{name}-1.0.dist-info/RECORD', '')
wheel('alone', [])
wheel('needy', ['absent==1.0'])
`;

describe('a Python environment from a lock file', function () {
  this.timeout(600_000);
  let folder: string;
  let lock: string;
  let earlierHome: string | undefined;
  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'environment-'));
    earlierHome = process.env['PRECLINICAL_PYTHON_HOME'];
    process.env['PRECLINICAL_PYTHON_HOME'] = path.join(folder, 'home');
    execFileSync('python3', ['-c', makeWheels, folder]);
    lock = lockOf('alone');
  });
  after(() => {
    if (earlierHome === undefined) delete process.env['PRECLINICAL_PYTHON_HOME'];
    else process.env['PRECLINICAL_PYTHON_HOME'] = earlierHome;
    rmSync(folder, { recursive: true });
  });

  function lockOf(name: string, comment = ''): string {
    const file = path.join(folder, `${name}${comment.length}.lock`);
    writeFileSync(file, `# ${comment}\n${path.join(folder, `${name}-1.0-py3-none-any.whl`)}\n`);
    return file;
  }
  const saying = (python: string): string => execFileSync(python, ['-c', 'import alone; print(alone.said)'], { encoding: 'utf8' }).trim();

  it('has what the lock names, and is made once', () => {
    const python = pythonEnvironment({ lock, name: 'small', imports: ['alone'] });
    assert.equal(saying(python), 'alone');
    const mark = path.join(python, '..', 'mark');
    writeFileSync(mark, '');
    assert.equal(pythonEnvironment({ lock, name: 'small' }), python);
    assert.ok(existsSync(mark));
    assert.notEqual(pythonEnvironment({ lock: lockOf('alone', 'another'), name: 'small' }), python, 'another lock is another environment');
  });

  it('is made anew when it was cut short or does not run', () => {
    const python = pythonEnvironment({ lock, name: 'broken' });
    rmSync(path.join(python, '..', '..', 'complete'));
    rmSync(python);
    assert.equal(pythonEnvironment({ lock, name: 'broken' }), python);
    rmSync(python); // a link to the machine's own Python, which a write would go through to
    writeFileSync(python, 'no program');
    assert.equal(saying(pythonEnvironment({ lock, name: 'broken' })), 'alone');
  });

  it('is refused with pip\'s words when the lock leaves out what a package needs, and with Python\'s when a module does not load', () => {
    assert.throws(() => pythonEnvironment({ lock: lockOf('needy'), name: 'needy' }), /needy 1\.0 requires absent/);
    assert.throws(() => pythonEnvironment({ lock, name: 'unloadable', imports: ['absent'] }), /No module named 'absent'/);
    assert.throws(() => pythonEnvironment({ lock, name: 'old', versions: ['2.6'] }), /No Python 2\.6.*PRECLINICAL_PYTHON/s);
  });

  it('is made once by two that ask at the same time, also after one that was killed while it made it', async () => {
    const module = path.join(packageRoot, 'test', 'rig', 'python-environment.mjs');
    const home = path.join(folder, 'home');
    const ask = async (): Promise<string> => {
      const child = spawn(process.execPath, [module, lock], { env: { ...process.env, PRECLINICAL_PYTHON_HOME: home } });
      let output = '';
      child.stdout.on('data', (text: Buffer) => { output += text.toString(); });
      await new Promise((resolve) => { child.once('close', resolve); });
      return output;
    };
    const before = new Set(readdirSync(home));
    const first = spawn(process.execPath, [module, lock], { env: { ...process.env, PRECLINICAL_PYTHON_HOME: home } });
    await new Promise((resolve) => { first.stdout.once('data', resolve); });
    first.kill('SIGKILL');
    await new Promise((resolve) => { first.once('close', resolve); });
    const holder = readdirSync(home).find((name) => !before.has(name) && name.endsWith('.holder'));
    assert.ok(holder !== undefined, 'the killed one had begun');
    const outputs = await Promise.all([ask(), ask()]);
    assert.equal(outputs.filter((output) => output.includes('Making a Python environment')).length, 1);
    assert.equal(outputs[0].trim().split('\n').at(-1), outputs[1].trim().split('\n').at(-1));
    assert.ok(!existsSync(path.join(home, holder)));
  });
});
