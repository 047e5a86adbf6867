// A real Slurm on loopback for tests: Debian's packages unpacked into the user's cache, so nothing is installed and no
// root is needed; munged, slurmctld and a slurmd for each node run as this user under a temporary folder, on free ports.
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { debianLibraries, unpackDebian } from './debian.mjs';

const packages = ['munge', 'libmunge2', 'slurm-wlm-basic-plugins', 'slurm-client', 'slurmctld', 'slurmd'];
/** Libraries these need that a small Debian may lack; fetched where they are not installed. */
const libraries = ['libhwloc15', 'liblua5.1-0', 'libjson-c5', 'libyaml-0-2', 'libnuma1', 'libdbus-1-3', 'liblz4-1', 'libreadline8'];
const clients = ['sbatch', 'squeue', 'scontrol', 'scancel', 'sinfo', 'srun', 'sacct'];
const waitMs = 120_000;

/** Folder the packages are unpacked in; made when it is not there. */
export function installSlurm() {
  return unpackDebian('slurm', packages, libraries);
}

/** Ports nobody listens on now. */
async function freePorts(count) {
  const servers = await Promise.all(Array.from({ length: count }, () => new Promise((resolve, reject) => {
    const server = net.createServer().once('error', reject).listen(0, '127.0.0.1', () => { resolve(server); });
  })));
  const ports = servers.map((server) => server.address().port);
  await Promise.all(servers.map((server) => new Promise((resolve) => { server.close(resolve); })));
  return ports;
}

async function until(what, isSo, diagnose) {
  for (const end = Date.now() + waitMs; Date.now() < end;) {
    if (isSo()) return;
    await new Promise((resolve) => { setTimeout(resolve, 100); });
  }
  throw new Error(`Slurm: waited ${waitMs / 1000} s in vain until ${what}.\n${diagnose()}`);
}

function configuration({ home, nodes, ports, user, stepd, plugins, socket }) {
  const [controller, ...ofNodes] = ports;
  const name = (index) => `node${index + 1}`;
  return [
    'ClusterName=loopback',
    `SlurmctldHost=${os.hostname()}(127.0.0.1)`,
    `SlurmUser=${user}`, `SlurmdUser=${user}`,
    `SlurmctldPort=${controller}`,
    'AuthType=auth/munge', 'CredType=cred/munge', `AuthInfo=socket=${socket},cred_expire=5`, // a requeued job begins when its credential has expired
    `PluginDir=${plugins}`,
    `StateSaveLocation=${home}/state`, `SlurmdSpoolDir=${home}/spool-%n`,
    `SlurmctldPidFile=${home}/slurmctld.pid`, `SlurmdPidFile=${home}/slurmd-%n.pid`,
    `SlurmctldLogFile=${home}/slurmctld.log`, `SlurmdLogFile=${home}/slurmd-%n.log`,
    'ProctrackType=proctrack/linuxproc', 'TaskPlugin=task/none', 'JobAcctGatherType=jobacct_gather/none',
    'MpiDefault=none', 'ReturnToService=2', 'SwitchType=switch/none',
    'SelectType=select/cons_tres', 'SelectTypeParameters=CR_Core',
    // Small waits: a time limit in a test is minutes, not days. A requeued job may begin at once.
    'SchedulerParameters=bf_interval=1,sched_interval=1,sched_min_interval=100000,batch_sched_delay=0', 'SchedulerType=sched/backfill',
    'KillWait=2', 'MinJobAge=300', 'SlurmdTimeout=5', 'SlurmctldTimeout=10', 'InactiveLimit=0', 'OverTimeLimit=0', 'JobRequeue=1',
    // A job of the partition urgent goes before others: they are told, have a while to save, and wait.
    'PreemptType=preempt/partition_prio', 'PreemptMode=REQUEUE',
    ...ofNodes.map((port, index) => `NodeName=${name(index)} NodeHostname=${os.hostname()} NodeAddr=127.0.0.1 Port=${port} CPUs=${os.availableParallelism()} RealMemory=1000 State=UNKNOWN`),
    `PartitionName=main Nodes=${Array.from({ length: nodes }, (_, index) => name(index)).join(',')} Default=YES MaxTime=60 State=UP PriorityTier=1 GraceTime=120`,
    `PartitionName=urgent Nodes=ALL MaxTime=60 State=UP PriorityTier=10 PreemptMode=OFF`,
    '',
  ].join('\n');
}

/** What runs on a node for its jobs: first Slurm's own shepherds, which would tell of the death, then what they started. */
function processesOf(node, slurmConf) {
  const read = (pid, file) => {
    try {
      return fs.readFileSync(`/proc/${pid}/${file}`, 'utf8');
    } catch {
      return ''; // gone, or another user's
    }
  };
  const jobs = fs.readdirSync('/proc').filter((pid) => /^\d+$/.test(pid)).filter((pid) => {
    const variables = read(pid, 'environ').split('\0');
    return variables.includes(`SLURMD_NODENAME=${node}`) && variables.includes(`SLURM_CONF=${slurmConf}`);
  });
  const parents = jobs.map((pid) => /^PPid:\s*(\d+)/m.exec(read(pid, 'status'))?.[1]).filter((pid) => pid !== undefined && read(pid, 'comm').startsWith('slurmstepd'));
  return [...new Set([...parents, ...jobs])].map(Number);
}

/** Starts the cluster. The caller stops it, also when its tests fail. */
export async function startSlurm({ nodes = 1 } = {}) {
  const packagesFolder = installSlurm();
  const home = fs.mkdtempSync(path.join(os.tmpdir(), 'preclinical-slurm-'));
  const library = debianLibraries(packagesFolder);
  const plugins = path.join(library, 'slurm-wlm');
  const environment = { ...process.env, LD_LIBRARY_PATH: [library, plugins, process.env.LD_LIBRARY_PATH].filter(Boolean).join(':'), SLURM_CONF: path.join(home, 'slurm.conf') };
  const socket = path.join(home, 'munge.socket');
  const started = new Map();
  const program = (name) => path.join(packagesFolder, 'usr', name);
  const start = (name, file, args) => {
    const log = fs.openSync(path.join(home, `${name}.out`), 'a');
    const child = spawn(file, args, { env: environment, stdio: ['ignore', log, log], cwd: home });
    fs.closeSync(log);
    started.set(name, child);
  };
  const diagnose = () => fs.readdirSync(home).filter((name) => /\.(log|out)$/.test(name)).map((name) => `== ${name}\n${fs.readFileSync(path.join(home, name), 'utf8').slice(-2000)}`).join('\n');
  const client = (name, ...args) => spawnSync(program(`bin/${name}`), args, { env: environment, encoding: 'utf8' });

  fs.chmodSync(home, 0o755);
  for (const name of ['state', 'bin']) fs.mkdirSync(path.join(home, name));
  fs.writeFileSync(path.join(home, 'munge.key'), Buffer.alloc(128, os.hostname()), { mode: 0o600 });
  const ports = await freePorts(nodes + 1);
  fs.writeFileSync(path.join(home, 'slurm.conf'), configuration({ home, nodes, ports, user: os.userInfo().username, plugins, socket }));
  for (const name of clients) {
    fs.writeFileSync(path.join(home, 'bin', name), `#!/bin/sh\nexport SLURM_CONF='${environment.SLURM_CONF}' LD_LIBRARY_PATH='${environment.LD_LIBRARY_PATH}'\nexec '${program(`bin/${name}`)}' "$@"\n`, { mode: 0o755 });
  }
  const startNode = (index) => { start(`slurmd-${index}`, program('sbin/slurmd-wlm'), ['-D', '-N', `node${index}`, '-d', program('sbin/slurmstepd-wlm')]); };
  const isIdle = (count) => (client('sinfo', '-h', '-N', '-o', '%t').stdout ?? '').split('\n').filter((state) => /^(?:idle|mix|alloc)$/.test(state)).length >= count;
  const cluster = {
    home,
    /** Slurm's commands, to be first in PATH. */
    bin: path.join(home, 'bin'),
    client,
    diagnose,
    startNode: async (index) => { startNode(index); await until(`node${index} is there`, () => isIdle(nodes), diagnose); },
    /** As when a machine dies: its slurmd is gone without a word. */
    killNode: (index) => {
      started.get(`slurmd-${index}`).kill('SIGKILL');
      for (const pid of processesOf(`node${index}`, environment.SLURM_CONF)) process.kill(pid, 'SIGKILL');
    },
    stop: async () => {
      client('scancel', '--user', os.userInfo().username);
      await until('no job runs', () => (client('squeue', '-h').stdout ?? '').trim() === '', diagnose).catch(() => { /* it is ended below */ });
      for (const child of [...started.values()].reverse()) {
        if (child.exitCode !== null || child.signalCode !== null) continue;
        const ended = new Promise((resolve) => { child.once('exit', resolve); });
        child.kill('SIGTERM');
        const timer = setTimeout(() => child.kill('SIGKILL'), 5000);
        await ended;
        clearTimeout(timer);
      }
      fs.rmSync(home, { recursive: true, force: true });
    },
  };
  try {
    start('munged', program('sbin/munged'), ['--foreground', '--force', `--socket=${socket}`, `--key-file=${home}/munge.key`, `--pid-file=${home}/munged.pid`, `--seed-file=${home}/munge.seed`, `--log-file=${home}/munged.log`]);
    await until('munged listens', () => fs.existsSync(socket), diagnose);
    start('slurmctld', program('sbin/slurmctld-wlm'), ['-D', '-c']);
    for (let index = 1; index <= nodes; index++) startNode(index);
    await until('all nodes are idle', () => isIdle(nodes), diagnose);
    return cluster;
  } catch (error) {
    await cluster.stop();
    throw error;
  }
}
