// preclinical doctor: which backends and optional parts this machine has, tried in the Node that would run them; and
// installing parts, from the network or from a bundle made on another machine.
import { cpus, totalmem } from 'node:os';
import type { Command } from 'commander';
import { alignColumns } from '../../../base/text/columns';
import { userError } from '../../../base/errors/problem';
import { isPartName, partNames, parts } from '../../parts/catalog';
import type { PartName } from '../../parts/catalog';
import { installFromBundle, writeBundle } from '../../parts/bundle';
import { installPart } from '../../parts/install';
import { partsFolder } from '../../parts/folders';
import { findPart } from '../../parts/installed';
import { buildTensorFlow } from '../../parts/tensorflow/build';
import { matmulRate, openBackend } from '../../tensors';
import { probe, verifyPart } from '../probe/run';

interface DoctorOptions {
  readonly json?: boolean;
  readonly install?: readonly string[];
  readonly from?: string;
  readonly bundle?: string;
}

export function addDoctor(program: Command): void {
  program.command('doctor')
    .description('say which compute backends and optional parts are there; install parts')
    .option('--install <part...>', `install optional parts for this user: ${partNames.join(', ')}, or all`)
    .option('--from <folder>', 'install from a bundle instead of the network')
    .option('--bundle <folder>', 'copy the installed parts to a folder for a machine without network')
    .option('--json', 'print as JSON')
    .action(async (options: DoctorOptions) => {
      if (options.install === undefined && options.from === undefined && options.bundle === undefined) {
        await describe(options.json === true);
        return;
      }
      const wanted = options.install && partsNamed(options.install);
      if (options.from !== undefined) sayInstalled(await installFromBundle(options.from, wanted, verifyPart));
      else if (wanted !== undefined) sayInstalled(await installParts(wanted));
      if (options.bundle !== undefined) await bundle(options.bundle);
    });
}

function partsNamed(names: readonly string[]): readonly PartName[] {
  if (names.includes('all')) return partNames;
  return names.map((name) => {
    if (isPartName(name)) return name;
    throw userError({ code: 'part-unknown', key: '--install', value: name, message: 'there is no such part', next: `Choose from ${partNames.join(', ')}, or all.` });
  });
}

async function installParts(names: readonly PartName[]): Promise<ReadonlyMap<PartName, string>> {
  const said = new Map<PartName, string>();
  const say = (line: string): void => { console.error(line); };
  for (const name of names) said.set(name, await installPart(parts[name], { verify: verifyPart, say, ...(name === 'tensorflow' ? { build: buildAddon } : {}) }));
  return said;
}

function buildAddon(folder: string, say: (line: string) => void): Promise<string> {
  return buildTensorFlow(folder, say, async (built) => 'found' in await probe('part', 'tensorflow', built));
}

function sayInstalled(said: ReadonlyMap<PartName, string>): void {
  for (const [name, words] of said) console.log(`${name} ${parts[name].version} is installed and works: ${words}`);
  console.log(`Parts are in ${partsFolder()}.`);
}

async function bundle(folder: string): Promise<void> {
  const installed = partNames.map(findPart).filter((part) => part !== undefined);
  if (installed.length === 0) throw userError({ code: 'bundle-empty', message: 'no part is installed here', next: 'Add --install with the parts to bundle.' });
  await writeBundle(installed, folder);
  console.log(`${folder} holds ${installed.map((part) => `${part.name} ${part.version}`).join(', ')} for ${installed[0]!.platform}.`);
  console.log(`On the other machine: preclinical doctor --from ${folder}`);
}

async function describe(asJson: boolean): Promise<void> {
  const info = await openBackend('wasm');
  const backends = [{ ...info, gigaflopsPerSecond: Number(matmulRate().toFixed(1)) }];
  const machine = { node: process.version, platform: `${process.platform}-${process.arch}`, cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length, memoryGiB: Number((totalmem() / 2 ** 30).toFixed(1)) };
  const found = await Promise.all(partNames.map(describePart));
  if (asJson) {
    console.log(JSON.stringify({ machine, backends, parts: found }, undefined, 2));
    return;
  }
  console.log(`${machine.cpu}, ${machine.cores} cores, ${machine.memoryGiB} GiB, Node ${machine.node}\n`);
  console.log(alignColumns([
    ['backend', 'found', 'device', 'matrix product'],
    ...backends.map((one) => [one.name, 'yes', one.device, `${one.gigaflopsPerSecond} GFLOP/s`]),
    ['cpu', 'yes', 'plain JavaScript', 'reference only'],
    ['tensorflow', 'no', '', 'not built in this version'],
    ['webgpu', 'no', '', 'not built in this version'],
  ]));
  console.log(`\n${alignColumns([
    ['part', 'version', 'state', 'what it does'],
    ...found.map((one) => [one.name, one.version, one.says ?? one.problem ?? 'not installed', one.purpose]),
  ])}`);
  console.log('\nA part is installed by: preclinical doctor --install PART');
}

interface PartState { readonly name: PartName; readonly version: string; readonly purpose: string; readonly folder?: string; readonly says?: string; readonly problem?: string }

async function describePart(name: PartName): Promise<PartState> {
  const { version, purpose } = parts[name];
  const installed = findPart(name);
  if (installed === undefined) return { name, version, purpose };
  const result = await probe<{ said: string }>('part', name, installed.folder);
  return { name, version, purpose, folder: installed.folder, ...('found' in result ? { says: result.found.said } : { problem: `does not load: ${result.failed}` }) };
}
