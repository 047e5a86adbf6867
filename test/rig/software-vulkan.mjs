// A Vulkan driver that computes on the CPU (Mesa's lavapipe), for the webgpu backend on machines without a GPU. Debian's
// packages are unpacked into the user's cache, so nothing is installed and no root is needed. Debian 12's own Mesa lacks
// what Dawn asks for; that of its backports has it.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const pool = 'https://deb.debian.org/debian/pool/main';
const backports = [
  ['m/mesa/mesa-vulkan-drivers_25.0.7-2~bpo12+1_amd64.deb', '3899f1800424c60a05df5d6913076a526ca8fdbabec43672cd397563d1ca3263'],
  ['libd/libdrm/libdrm2_2.4.123-1~bpo12+1_amd64.deb', '9cc2f341964286295124a32d3625edb76730500625e54a1e682761f883064d7b'],
  ['libd/libdrm/libdrm-amdgpu1_2.4.123-1~bpo12+1_amd64.deb', '334e2ae389af0e9cb607c2ccfbbf7ae9feb34131ff998550baeffeeae6cda296'],
];
/** What these need of Debian 12 itself, fetched where it is not installed. */
const needed = [
  'libvulkan1', 'libllvm15', 'libz3-4', 'libelf1', 'libxshmfence1', 'libwayland-client0', 'libx11-xcb1', 'libxcb1', 'libxcb-dri3-0', 'libxcb-present0',
  'libxcb-randr0', 'libxcb-shm0', 'libxcb-sync1', 'libxcb-xfixes0',
];

function run(program, args, cwd) {
  const { status, stdout, stderr, error } = spawnSync(program, args, { cwd, encoding: 'utf8' });
  if (status !== 0) throw new Error(`software Vulkan: ${program} ${args.join(' ')} ended with ${status ?? error?.message}:\n${stdout}${stderr}`);
  return stdout;
}

/** Variables that make a process use the driver; none where the machine names a driver itself or is no Debian on x64. */
export function softwareVulkan() {
  const isDebian = process.platform === 'linux' && process.arch === 'x64' && spawnSync('dpkg', ['--version']).status === 0;
  if (!isDebian || process.env.VK_ICD_FILENAMES) return {};
  const folder = path.join(process.env.XDG_CACHE_HOME ?? path.join(os.homedir(), '.cache'), 'preclinical', `software-vulkan-${backports[0][1].slice(0, 12)}`);
  const libraries = path.join(folder, 'usr/lib/x86_64-linux-gnu');
  const driver = path.join(folder, 'driver.json');
  if (!fs.existsSync(driver)) {
    fs.rmSync(folder, { recursive: true, force: true });
    fs.mkdirSync(folder, { recursive: true });
    for (const [name, sha256] of backports) {
      const file = path.join(folder, path.basename(name));
      run('curl', ['--silent', '--show-error', '--fail', '--retry', '3', '--output', file, `${pool}/${name}`], folder);
      const found = createHash('sha256').update(fs.readFileSync(file)).digest('hex');
      if (found !== sha256) throw new Error(`software Vulkan: ${name} is not the package it should be (${found}).`);
    }
    const missing = needed.filter((name) => !/installed/.test(spawnSync('dpkg-query', ['-W', '-f=${Status}', name], { encoding: 'utf8' }).stdout));
    if (missing.length > 0) run('apt-get', ['download', ...missing], folder);
    for (const file of fs.readdirSync(folder).filter((name) => name.endsWith('.deb'))) {
      run('dpkg', ['-x', file, folder], folder);
      fs.rmSync(path.join(folder, file));
    }
    const icd = { ICD: { api_version: '1.4.305', library_path: path.join(libraries, 'libvulkan_lvp.so') }, file_format_version: '1.0.0' };
    fs.writeFileSync(driver, JSON.stringify(icd));
  }
  const inherited = process.env.LD_LIBRARY_PATH;
  return { VK_ICD_FILENAMES: driver, LD_LIBRARY_PATH: inherited ? `${libraries}:${inherited}` : libraries, XDG_RUNTIME_DIR: process.env.XDG_RUNTIME_DIR ?? folder };
}
