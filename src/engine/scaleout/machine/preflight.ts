// What can be known to go wrong before a trainer is started: what was found, whether it will do, and what to do. Pure.
import type { Run, Scaleout } from '../../../documents/run/schema';
import type { Check } from '../../../protocol/prepared';
import type { TrainerEngine } from '../engines/engines';
import type { PythonFound } from './python';

export interface PreflightFacts {
  readonly run: Pick<Run, 'lora' | 'checkpoints'>;
  readonly settings: Scaleout;
  readonly engine: TrainerEngine;
  readonly python: PythonFound;
  /** Where Python was asked, in words. */
  readonly place: string;
  readonly isHere: boolean;
  readonly onGpu: boolean;
  /** Weights and moments of one checkpoint. */
  readonly checkpointBytes: number;
  /** Number of the file system's kind that the trainer's folder is on, as statfs(2) gives it. */
  readonly fileSystem: number;
  /** This machine's clock while Python was asked, in seconds since 1970. */
  readonly askedBetween: readonly [number, number];
}

const gibibyte = 2 ** 30;
/** NFS, CIFS, SMB2, Lustre, GPFS, BeeGFS, Ceph, FUSE, AFS, PanFS, OCFS2, GFS2, 9P, Weka: the kinds of statfs(2) that machines share. */
const sharedFileSystems = new Set([
  0x6969, 0xff534d42, 0xfe534d42, 0x0bd00bd0, 0x47504653, 0x19830326, 0x00c36400, 0x65735546, 0x5346414f, 0xaad7aaea, 0x7461636f, 0x01161970, 0x01021997, 0x18031977,
]);
/** More than this and times in logs of two machines cannot be read together. */
const skewSeconds = 60;

/** In the order they matter. Errors are what no start can get over. */
export function preflight(facts: PreflightFacts): Check[] {
  const { python } = facts;
  return [
    { name: 'Python', state: 'ok', found: `${python.python}, ${python.interpreter} (${python.because})${facts.isHere ? '' : `, by ${facts.place}`}` },
    packages(facts),
    gpus(facts),
    loginNode(facts),
    folder(facts),
    disk(facts),
    { name: 'model files', ...(python.missing.length === 0 ? { state: 'ok', found: 'there, so nothing has to be downloaded' } : {
      state: 'error', found: `${python.missing.join(', ')} is not there`, key: facts.isHere ? 'base' : 'scaleout.remote.paths',
      next: 'Keep the base, or the Hub\'s cache, in a folder that the trainer\'s machine sees, and name its path there.',
    }) },
    clock(facts),
  ];
}

function packages({ python, engine, run, settings }: PreflightFacts): Check {
  const wanted = [
    'torch', 'transformers', 'accelerate', 'datasets', engine.packageName, ...(run.lora === undefined ? [] : ['peft']),
    ...(settings.attention === 'flash_attention_2' ? ['flash-attn'] : []), ...(settings.sharding.startsWith('zero') ? ['deepspeed'] : []),
  ];
  const missing = wanted.filter((name) => (python.packages[name] ?? null) === null);
  if (missing.length > 0) return { name: 'packages', state: 'error', found: `${missing.join(', ')} missing`, next: `Install them there: \`${python.interpreter} -m pip install ${missing.join(' ')}\`.`, key: 'scaleout.python' };
  return { name: 'packages', state: 'ok', found: wanted.map((name) => `${name} ${python.packages[name]!}`).join(', ') };
}

function gpus({ settings, python, onGpu, isHere }: PreflightFacts): Check {
  const { device, processes, slurm } = settings;
  const found = python.gpus.map((name, index) => `${name} (${Math.round((python.gpuBytes[index] ?? 0) / gibibyte)} GiB)`).join(', ');
  const check = { name: 'GPUs', key: 'scaleout.device' } as const;
  if (device === 'cpu') return { ...check, state: 'ok', found: 'none is used' };
  if (slurm !== undefined) return { ...check, state: 'ok', found: onGpu ? `${slurm.gpus ?? processes} of each node, as Slurm gives them` : 'none is asked for' };
  if (python.gpus.length === 0) {
    const next = `Look at \`nvidia-smi\`${isHere ? '' : ' there'} and at \`python -c "import torch; print(torch.cuda.is_available())"\`; `;
    return device === 'gpu' ? { ...check, state: 'error', found: 'PyTorch sees no GPU', next: `${next}scaleout.device: cpu trains without one.` }
      : { ...check, state: 'warning', found: 'PyTorch sees none, so it trains on the CPU', next: `${next}scaleout.device: gpu refuses to start without one.` };
  }
  return processes <= python.gpus.length ? { ...check, state: 'ok', found } : {
    ...check, state: 'error', key: 'scaleout.processes', found: `there are ${python.gpus.length} GPUs (${found}), and each of ${processes} processes needs one`, next: `Set scaleout.processes to ${python.gpus.length} or less.`,
  };
}

function loginNode({ python, settings }: PreflightFacts): Check {
  const check = { name: 'machine', key: 'scaleout.slurm' } as const;
  if (!python.loginNode || settings.slurm !== undefined) return { ...check, state: 'ok', found: settings.slurm === undefined ? 'no login node of a cluster' : 'the nodes that Slurm gives' };
  return { ...check, state: 'warning', found: 'it has Slurm\'s commands and is no job of Slurm, as a login node', next: 'Clusters do not allow training there; give the run to Slurm with scaleout.slurm.' };
}

function folder({ settings, isHere, fileSystem }: PreflightFacts): Check {
  const check = { name: 'shared folder' } as const;
  if (settings.slurm === undefined) return { ...check, state: 'ok', found: isHere ? 'this machine\'s own' : 'seen there' };
  if (sharedFileSystems.has(fileSystem >>> 0)) return { ...check, state: 'ok', found: 'on a file system that machines share' };
  return { ...check, state: 'warning', found: 'on a disk of this machine, as it seems, which the nodes of a cluster would not see', next: 'Keep the workspace on the cluster\'s shared file system.' };
}

function disk({ python, checkpointBytes, run }: PreflightFacts): Check {
  const kept = run.checkpoints.keep + 1;
  const words = `${gib(python.freeBytes)} free, and a checkpoint takes ${gib(checkpointBytes)}, of which ${kept} are there at a time`;
  const next = 'Free some space, or keep the workspace on a larger disk.';
  if (python.freeBytes < checkpointBytes) return { name: 'disk', state: 'error', found: words, next };
  return python.freeBytes < kept * checkpointBytes ? { name: 'disk', state: 'warning', found: words, next } : { name: 'disk', state: 'ok', found: words };
}

function clock({ python, askedBetween: [from, to] }: PreflightFacts): Check {
  const seconds = python.now < from ? python.now - from : python.now > to ? python.now - to : 0;
  if (Math.abs(seconds) < skewSeconds) return { name: 'clock', state: 'ok', found: 'as this machine\'s' };
  return {
    name: 'clock', state: 'warning', found: `${Math.round(Math.abs(seconds))} s ${seconds > 0 ? 'ahead of' : 'behind'} this machine's`,
    next: 'Times in its log are its own; the run\'s are this machine\'s, and durations are measured, so its numbers are right.',
  };
}

function gib(bytes: number): string {
  return `${(bytes / gibibyte).toFixed(bytes < gibibyte ? 3 : 1)} GiB`;
}

/** A line each: `warning  disk: …. Next step.` */
export function checkLines(checks: readonly Check[]): string[] {
  return checks.map(({ name, state, found, next }) => `${state.padEnd(7)}  ${name}: ${found}${next === undefined ? '' : `. ${next}`}`);
}
