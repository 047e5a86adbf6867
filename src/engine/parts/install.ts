// Installs a part: npm into a folder aside, other platforms' binaries out, whatever it builds, a real load in a child
// process, and only then its name. A failure leaves nothing behind and the part that was there as it was.
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { temporaryBeside } from '../../runs/files/atomic';
import type { PartDefinition } from './catalog';
import { partFolder, thisPlatform } from './folders';
import { writePartRecord } from './installed';
import { npmInstall } from './npm';

/** Says in words what the part in `folder` can do here; throws a UserError when it does not load. */
export type VerifyPart = (part: PartDefinition, folder: string) => Promise<string>;

export interface InstallSteps {
  readonly verify: VerifyPart;
  /** What a part needs beyond npm, in its folder; says which variant it made. */
  readonly build?: (folder: string, say: (line: string) => void) => Promise<string>;
  readonly say: (line: string) => void;
  readonly signal?: AbortSignal;
}

/** Returns what `verify` said. */
export async function installPart(part: PartDefinition, { verify, build, say, signal }: InstallSteps): Promise<string> {
  return placePart(part, verify, async (folder) => {
    for (const name of ['package.json', 'package-lock.json']) await copyFile(path.join(part.lockFolder, name), path.join(folder, name));
    say(`${part.name}: fetching ${part.packageName} ${part.version} with npm`);
    await npmInstall(folder, part.name, signal);
    await removeForeignBinaries(part, folder);
    const variant = await build?.(folder, say);
    await writePartRecord(folder, part, variant);
  });
}

/** Runs `fill` on an empty folder beside the part's place, verifies what came of it and gives it the place. */
export async function placePart(part: PartDefinition, verify: VerifyPart, fill: (folder: string) => Promise<void>): Promise<string> {
  const final = partFolder(part);
  const aside = temporaryBeside(final);
  await mkdir(aside, { recursive: true });
  try {
    await fill(aside);
    const said = await verify(part, aside);
    const old = existsSync(final) ? temporaryBeside(final) : undefined;
    if (old !== undefined) await rename(final, old);
    await rename(aside, final);
    if (old !== undefined) await rm(old, { recursive: true, force: true });
    return said;
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
}

async function removeForeignBinaries(part: PartDefinition, folder: string): Promise<void> {
  const [platform, architecture] = thisPlatform.split('-') as [string, string];
  for (const binaries of part.binaries) {
    const root = path.join(folder, binaries.folder);
    if (!existsSync(root)) continue;
    for (const entry of await readdir(root)) {
      if (binaries.isOf(entry, platform, architecture) === false) await rm(path.join(root, entry), { recursive: true });
    }
  }
}
