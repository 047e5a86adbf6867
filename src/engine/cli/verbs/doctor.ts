// preclinical doctor: which backends and optional parts this machine has, tried in the Node that would run them; and
// installing parts, from the network or from a bundle made on another machine.
import type { Command } from 'commander';
import { userError } from '../../../base/errors/problem';
import { isPartName, partNames, parts } from '../../parts/catalog';
import type { PartName } from '../../parts/catalog';
import { installFromBundle, writeBundle } from '../../parts/bundle';
import { installPart } from '../../parts/install';
import { partsFolder } from '../../parts/folders';
import { findPart } from '../../parts/installed';
import { buildTensorFlow } from '../../parts/tensorflow/build';
import { describeMachine } from '../probe/describe';
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
        await describeMachine(options.json === true);
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
