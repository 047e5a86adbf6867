// Makes a Python environment from a lock file (what `pip freeze` prints): once, in the user's cache, under a hash of the
// lock, the interpreter's version and the platform. A broken or half made one is made anew; two who ask at once wait for one.
//   node test/rig/python-environment.mjs LOCK_FILE      prints the path of its interpreter
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const onWindows = process.platform === 'win32';

/** Python as the environment is meant to be: packages of the user or of a shell's PYTHONPATH would take the place of the lock's. */
export function pythonVariables(extra = {}) {
  const { PYTHONPATH: _path, PYTHONHOME: _home, ...rest } = process.env;
  return { ...rest, PYTHONNOUSERSITE: '1', PYTHONDONTWRITEBYTECODE: '1', ...extra };
}

function cacheFolder() {
  return process.env.PRECLINICAL_PYTHON_HOME ?? path.join(process.env.XDG_CACHE_HOME || path.join(os.homedir(), '.cache'), 'preclinical', 'python');
}

/** The version a program answers with, when it is a Python that can make environments. */
function versionOf(program) {
  const { status, stdout } = spawnSync(program, ['-c', 'import ensurepip, venv, sys; print("%d.%d" % sys.version_info[:2])'], { encoding: 'utf8', env: pythonVariables() });
  return status === 0 ? stdout.trim() : undefined;
}

/** The first Python found of the versions a lock is made for; PRECLINICAL_PYTHON names one beforehand. */
function findPython(versions) {
  const candidates = [process.env.PRECLINICAL_PYTHON, ...versions.map((version) => `python${version}`), 'python3', 'python'].filter((name) => name !== undefined && name !== '');
  const seen = [];
  for (const program of candidates) {
    const version = versionOf(program);
    if (version !== undefined && versions.includes(version)) return { program, version };
    if (version !== undefined) seen.push(`${program} is ${version}`);
  }
  throw new Error(`No Python ${versions.join(' or ')} with its modules venv and ensurepip was found${seen.length > 0 ? ` (${seen.join(', ')})` : ''}. `
    + `Install one (Debian: apt-get install python${versions[0]}-venv) or name its program in PRECLINICAL_PYTHON.`);
}

/** Runs to the end with everything printed going to the log; the error shows the end of it. */
function run(program, args, log) {
  const output = fs.openSync(log, 'a');
  fs.writeSync(output, `$ ${program} ${args.join(' ')}\n`);
  const { status, error } = spawnSync(program, args, { stdio: ['ignore', output, output], env: pythonVariables({ PIP_REQUIRE_VIRTUALENV: '1' }) });
  fs.closeSync(output);
  if (status === 0) return;
  const tail = fs.readFileSync(log, 'utf8').trimEnd().split('\n').slice(-25).join('\n');
  throw new Error(`${program} ${args.join(' ')} ended with ${status ?? error?.message}. The end of ${log}:\n${tail}`);
}

/** The folder an interpreter's packages are in. */
function packagesOf(python) {
  return spawnSync(python, ['-c', 'import sysconfig; print(sysconfig.get_path("purelib"))'], { encoding: 'utf8' }).stdout.trim();
}

function build(folder, python, { program, lock, imports, over }) {
  const log = `${folder}.log`;
  fs.rmSync(folder, { recursive: true, force: true });
  fs.rmSync(log, { force: true });
  console.log(`Making a Python environment from ${lock} in ${folder} (once; its output is in ${log}) …`);
  run(program, ['-m', 'venv', folder], log);
  if (over !== undefined) fs.writeFileSync(path.join(packagesOf(python), 'over.pth'), `${packagesOf(over)}\n`);
  // The lock names everything, so nothing is resolved; `pip check` says when it does not.
  const install = ['-m', 'pip', 'install', '--disable-pip-version-check', '--no-input', '--progress-bar', 'off', '--no-deps', '--requirement', lock];
  try {
    run(python, install, log);
  } catch {
    // A connection lost in the middle of gigabytes: what arrived is in pip's cache.
    run(python, install, log);
  }
  run(python, ['-m', 'pip', 'check', '--disable-pip-version-check'], log);
  if (imports.length > 0) run(python, ['-c', imports.map((name) => `import ${name}`).join('\n')], log);
}

/** Whether the process that wrote its id into the file is there. */
function isHeld(holder) {
  try {
    process.kill(Number(fs.readFileSync(holder, 'utf8')), 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** Waits until the folder is ours alone; a holder whose process is gone does not count. */
function hold(holder) {
  const mine = `${holder}.${process.pid}`;
  fs.writeFileSync(mine, String(process.pid));
  try {
    for (;;) {
      try {
        fs.linkSync(mine, holder);
        return;
      } catch (error) {
        if (error.code !== 'EEXIST') throw error;
      }
      if (!isHeld(holder)) fs.rmSync(holder, { force: true });
      else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500);
    }
  } finally {
    fs.rmSync(mine, { force: true });
  }
}

/**
 * The interpreter of the environment of a lock file, which is made when there is none that works.
 * `versions`: the Pythons the lock is made for, best first. `imports`: modules that must load before it counts as made.
 * `over`: the interpreter of another environment, whose packages it sees and leaves as they are.
 */
export function pythonEnvironment({ lock, name = path.basename(path.dirname(path.resolve(lock))), versions = ['3.11', '3.12'], imports = [], over }) {
  const { program, version } = findPython(versions);
  const hash = createHash('sha256').update(fs.readFileSync(lock)).update(`\n${version} ${process.platform} ${process.arch}${over ?? ''}`).digest('hex').slice(0, 12);
  const folder = path.join(cacheFolder(), `${name}-${hash}`);
  const python = path.join(folder, onWindows ? 'Scripts/python.exe' : 'bin/python');
  const complete = path.join(folder, 'complete');
  const works = () => fs.existsSync(complete) && spawnSync(python, ['-c', '']).status === 0;
  if (works()) return python;
  fs.mkdirSync(cacheFolder(), { recursive: true });
  const holder = `${folder}.holder`;
  hold(holder);
  try {
    if (works()) return python;
    build(folder, python, { program, lock: path.resolve(lock), imports, over });
    fs.writeFileSync(complete, '');
    return python;
  } finally {
    fs.rmSync(holder, { force: true });
  }
}

if (process.argv[1] === import.meta.filename) console.log(pythonEnvironment({ lock: process.argv[2] }));
