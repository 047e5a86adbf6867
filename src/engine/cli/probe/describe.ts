// What `preclinical doctor` prints: the machine, each backend and each optional part as tried in a child process.
import { cpus, totalmem } from 'node:os';
import { formatBytes } from '../../../base/text/bytes';
import { alignColumns } from '../../../base/text/columns';
import { backendNames } from '../../../documents/run/schema';
import type { BackendName } from '../../../documents/run/schema';
import { partNames, parts } from '../../parts/catalog';
import type { PartName } from '../../parts/catalog';
import { findPart } from '../../parts/installed';
import { usualBackend } from '../../tensors';
import type { BackendReport } from './backend';
import { probe } from './run';

type BackendState = { readonly name: BackendName; readonly found: boolean; readonly problem?: string } & Partial<BackendReport>;
interface PartState { readonly name: PartName; readonly version: string; readonly purpose: string; readonly folder?: string; readonly says?: string; readonly problem?: string }

export async function describeMachine(asJson: boolean): Promise<void> {
  const machine = { node: process.version, platform: `${process.platform}-${process.arch}`, cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length, memoryGiB: Number((totalmem() / 2 ** 30).toFixed(1)) };
  const backends: BackendState[] = []; // one after the other: each is measured with the machine to itself
  for (const name of backendNames) backends.push(await describeBackend(name));
  const usual = usualBackend();
  const found = await Promise.all(partNames.map(describePart));
  if (asJson) {
    console.log(JSON.stringify({ machine, backends, usualBackend: usual, parts: found }, undefined, 2));
    return;
  }
  console.log(`${machine.cpu}, ${machine.cores} cores, ${machine.memoryGiB} GiB, Node ${machine.node}\n`);
  console.log(alignColumns([['backend', 'found', 'device', 'memory', 'matrix product'], ...backends.map(backendRow)]));
  for (const { name, problem } of backends) if (problem !== undefined) console.log(`${name}: ${problem}`);
  const { dispatchesPerStep } = backends.find(({ name }) => name === 'webgpu') ?? {};
  if (dispatchesPerStep !== undefined) console.log(`webgpu starts ${dispatchesPerStep} programs in a training step of four layers.`);
  console.log(`\nbackend: auto is ${usual.name} here: ${usual.why}.\n`);
  console.log(alignColumns([
    ['part', 'version', 'state', 'what it does'],
    ...found.map((one) => [one.name, one.version, one.says ?? one.problem ?? 'not installed', one.purpose]),
  ]));
  console.log('\nA part is installed by: preclinical doctor --install PART');
}

function backendRow({ name, found, device, memoryBytes, gigaflopsPerSecond }: BackendState): string[] {
  if (!found) return [name, 'no'];
  return [name, 'yes', device ?? '', formatBytes(memoryBytes ?? 0), `${gigaflopsPerSecond} GFLOP/s`];
}

async function describeBackend(name: BackendName): Promise<BackendState> {
  if ((name === 'tensorflow' || name === 'webgpu') && findPart(name) === undefined) return { name, found: false, problem: `the part ${name} is not installed` };
  const result = await probe<BackendReport>('backend', name);
  return 'found' in result ? { name, found: true, ...result.found } : { name, found: false, problem: result.failed };
}

async function describePart(name: PartName): Promise<PartState> {
  const { version, purpose } = parts[name];
  const installed = findPart(name);
  if (installed === undefined) return { name, version, purpose };
  const result = await probe<{ said: string }>('part', name, installed.folder);
  return { name, version, purpose, folder: installed.folder, ...('found' in result ? { says: result.found.said } : { problem: `does not load: ${result.failed}` }) };
}
