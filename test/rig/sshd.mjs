// A real OpenSSH server on loopback for tests: Debian's package unpacked into the user's cache, run as this user with keys
// and settings of its own, so that nothing of the machine's ssh is read or changed.
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { debianLibraries, unpackDebian } from './debian.mjs';

const packages = ['openssh-server', 'libnss-wrapper'];
const libraries = ['libwrap0', 'openssh-client'];
const waitMs = 120_000;

export function installSshd() {
  return unpackDebian('openssh', packages, libraries);
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = net.createServer().once('error', reject).listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => { resolve(port); });
    });
  });
}

/** Accounts of this machine, and the one that the server of root lives under and that only its installation makes. */
function accounts(home) {
  const all = (kind) => spawnSync('getent', [kind], { encoding: 'utf8' }).stdout;
  fs.writeFileSync(path.join(home, 'passwd'), `${all('passwd')}sshd:x:65533:65534::/run/sshd:/usr/sbin/nologin\n`);
  fs.writeFileSync(path.join(home, 'group'), all('group'));
  return { NSS_WRAPPER_PASSWD: path.join(home, 'passwd'), NSS_WRAPPER_GROUP: path.join(home, 'group') };
}

async function answers(port) {
  for (const end = Date.now() + waitMs; Date.now() < end;) {
    const isThere = await new Promise((resolve) => {
      const socket = net.connect(port, '127.0.0.1', () => { socket.destroy(); resolve(true); }).once('error', () => { resolve(false); });
    });
    if (isThere) return;
    await new Promise((resolve) => { setTimeout(resolve, 50); });
  }
  throw new Error(`sshd: waited ${waitMs / 1000} s in vain for port ${port}.`);
}

/** Starts it. `command`: words that run a command on "the other machine", which is this one. */
export async function startSshd() {
  const folder = installSshd();
  const home = fs.mkdtempSync(path.join(os.tmpdir(), 'preclinical-sshd-'));
  const file = (name) => path.join(home, name);
  for (const name of ['host', 'user']) {
    const { status, stderr } = spawnSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', file(name)], { encoding: 'utf8' });
    if (status !== 0) throw new Error(`ssh-keygen: ${stderr}`);
  }
  const port = await freePort();
  fs.writeFileSync(file('config'), [
    `Port ${port}`, 'ListenAddress 127.0.0.1', `HostKey ${file('host')}`, `AuthorizedKeysFile ${file('user.pub')}`, `PidFile ${file('pid')}`,
    'StrictModes no', 'UsePAM no', 'PasswordAuthentication no', '',
  ].join('\n'));
  const wrapper = path.join(debianLibraries(folder), 'libnss_wrapper.so');
  // Root's server keeps its unprivileged part here; another user's has none.
  const jail = '/run/sshd';
  const made = process.getuid() === 0 && !fs.existsSync(jail);
  if (made) fs.mkdirSync(jail, { mode: 0o755 });
  const log = fs.openSync(file('log'), 'a');
  const child = spawn(path.join(folder, 'usr/sbin/sshd'), ['-D', '-e', '-f', file('config')], {
    env: { ...process.env, ...accounts(home), LD_LIBRARY_PATH: debianLibraries(folder), LD_PRELOAD: wrapper }, stdio: ['ignore', log, log],
  });
  fs.closeSync(log);
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      const ended = new Promise((resolve) => { child.once('exit', resolve); });
      child.kill('SIGKILL');
      await ended;
    }
    if (made) fs.rmSync(jail, { recursive: true, force: true });
    fs.rmSync(home, { recursive: true, force: true });
  };
  try {
    await answers(port);
  } catch (error) {
    const said = fs.readFileSync(file('log'), 'utf8');
    await stop();
    throw new Error(`${error.message}\n${said}`);
  }
  const options = ['BatchMode=yes', 'StrictHostKeyChecking=no', 'UserKnownHostsFile=/dev/null', 'LogLevel=ERROR'].flatMap((option) => ['-o', option]);
  return { command: ['ssh', '-F', 'none', ...options, '-i', file('user'), '-p', String(port), '127.0.0.1'], stop };
}
