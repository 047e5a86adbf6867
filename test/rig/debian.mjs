// Programs of Debian packages without installing them: unpacked into the user's cache, so that no root is needed and
// nothing of the machine is changed.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

function run(program, args, cwd) {
  const { status, stdout, stderr, error } = spawnSync(program, args, { encoding: 'utf8', cwd });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${status ?? error?.message}:\n${stdout}${stderr}`);
}

function isInstalled(name) {
  return /\binstalled/.test(spawnSync('dpkg-query', ['-W', '-f=${Status}', name], { encoding: 'utf8' }).stdout ?? '');
}

/** As the packages' own programs were linked for: another Debian has other libraries. */
function systemName() {
  const release = fs.existsSync('/etc/os-release') ? fs.readFileSync('/etc/os-release', 'utf8') : '';
  const value = (key) => new RegExp(`^${key}="?([^"\n]*)`, 'm').exec(release)?.[1] ?? 'unknown';
  return `${value('ID')}-${value('VERSION_ID')}-${process.arch}`;
}

/** Folder of libraries in one that packages are unpacked in. */
export function debianLibraries(folder) {
  return path.join(folder, 'usr/lib', `${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu`);
}

/**
 * Folder the packages are unpacked in; made when it is not there.
 * `libraries`: packages these need that a small Debian may lack, fetched where they are not installed.
 */
export function unpackDebian(name, packages, libraries = []) {
  const cache = path.join(process.env.XDG_CACHE_HOME || path.join(os.homedir(), '.cache'), 'preclinical');
  const folder = path.join(cache, `${name}-${systemName()}`);
  if (fs.existsSync(path.join(folder, 'complete'))) return folder;
  fs.mkdirSync(cache, { recursive: true });
  const aside = fs.mkdtempSync(`${folder}.`);
  const wanted = [...packages, ...libraries.filter((library) => !isInstalled(library))];
  console.log(`Unpacking ${wanted[0]} and what it needs from Debian into ${folder} …`);
  const download = () => { run('apt-get', ['download', ...wanted], aside); };
  try {
    try {
      download();
    } catch {
      // A container without package lists, or with old ones.
      run('apt-get', ['update', '-qq']);
      download();
    }
    for (const file of fs.readdirSync(aside).filter((one) => one.endsWith('.deb'))) {
      run('dpkg', ['-x', file, aside], aside);
      fs.rmSync(path.join(aside, file));
    }
    fs.writeFileSync(path.join(aside, 'complete'), '');
    fs.rmSync(folder, { recursive: true, force: true });
    fs.renameSync(aside, folder);
  } finally {
    fs.rmSync(aside, { recursive: true, force: true });
  }
  return folder;
}
