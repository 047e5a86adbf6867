// Which parts are installed, and loading them. Nothing else in the engine imports a native package.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { userError } from '../../base/errors/problem';
import type { UserError } from '../../base/errors/problem';
import { writeFileAtomic } from '../../runs/files/atomic';
import { toJson } from '../../runs/files/json';
import { parts } from './catalog';
import type { PartDefinition, PartName } from './catalog';
import { partFolder, thisPlatform } from './folders';

/** part.json of an installed part, written last: a folder without it is no part. */
export interface PartRecord {
  readonly schema: 1;
  readonly name: string;
  readonly packageName: string;
  readonly version: string;
  /** Such as `linux-x64`. */
  readonly platform: string;
  /** How it came to be, where there is a choice: such as `built against tensorflow-cpu 2.20.0`. */
  readonly variant?: string;
}

export interface InstalledPart extends PartRecord {
  readonly folder: string;
}

const recordName = 'part.json';
const loaderName = 'load.mjs';

/** Undefined unless the pinned version is installed for this platform. */
export function findPart(name: PartName): InstalledPart | undefined {
  const folder = partFolder(parts[name]);
  const record = readPartRecord(folder);
  return record?.version === parts[name].version && record.platform === thisPlatform ? { ...record, folder } : undefined;
}

/** Undefined when the folder holds no whole part. */
export function readPartRecord(folder: string): PartRecord | undefined {
  try {
    return JSON.parse(readFileSync(path.join(folder, recordName), 'utf8')) as PartRecord;
  } catch {
    return undefined;
  }
}

export async function writePartRecord(folder: string, part: PartDefinition, variant?: string): Promise<void> {
  await writeFileAtomic(path.join(folder, loaderName), `export const load = () => import('${part.packageName}');\n`, { mode: 0o644 });
  const record: PartRecord = {
    schema: 1, name: part.name, packageName: part.packageName, version: part.version, platform: thisPlatform, ...(variant === undefined ? {} : { variant }),
  };
  await writeFileAtomic(path.join(folder, recordName), toJson(record), { mode: 0o644 });
}

/** The part's package as a module, which the caller takes for an interface of its own. Throws a UserError when it is not installed. */
export async function loadPart(name: PartName): Promise<unknown> {
  return importFrom(requirePart(name).folder);
}

/** As loadPart, of a folder that need not be in its place yet. */
export async function importFrom(folder: string): Promise<unknown> {
  const { load } = await import(pathToFileURL(path.join(folder, loaderName)).href) as { load: () => Promise<unknown> };
  return load();
}

/** A CommonJS file of the part, such as `onnxruntime-node/dist/binding.js`, loaded at once. */
export function requireFromPart(name: PartName, specifier: string): unknown {
  return requireFrom(requirePart(name).folder, specifier);
}

export function requireFrom(folder: string, specifier: string): unknown {
  return createRequire(path.join(folder, 'package.json'))(specifier);
}

/** Throws a UserError with the command that installs it. */
export function requirePart(name: PartName): InstalledPart {
  const part = findPart(name);
  if (part === undefined) throw partMissing(name);
  return part;
}

export function partMissing(name: PartName): UserError {
  const { packageName, version, purpose } = parts[name];
  return userError({
    code: 'part-missing', key: name, message: `${packageName} ${version} is not installed; it ${purpose}`,
    next: `Run: preclinical doctor --install ${name}`,
  });
}
