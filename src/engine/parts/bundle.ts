// Parts for a machine without network: a folder of the installed parts with the hash of every file, and the way back.
import { createHash } from 'node:crypto';
import { createReadStream, existsSync, statSync } from 'node:fs';
import type { Dirent } from 'node:fs';
import { copyFile, mkdir, readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { userError } from '../../base/errors/problem';
import { writeFileAtomic } from '../../runs/files/atomic';
import { toJson } from '../../runs/files/json';
import { parts } from './catalog';
import type { PartDefinition, PartName } from './catalog';
import { thisPlatform } from './folders';
import type { InstalledPart } from './installed';
import { placePart } from './install';
import type { VerifyPart } from './install';

const listName = 'preclinical-parts.json';

interface BundledFile { readonly path: string; readonly sha256: string }

/** preclinical-parts.json of a bundle, written last. Each part's files lie in the folder of its name. */
interface BundleList {
  readonly schema: 1;
  readonly platform: string;
  readonly parts: readonly { readonly name: string; readonly version: string; readonly files: readonly BundledFile[] }[];
}

/** Copies the parts to `folder`, which is made; what an older bundle held there is replaced. */
export async function writeBundle(installed: readonly InstalledPart[], folder: string): Promise<void> {
  if (existsSync(folder) && (await readdir(folder)).length > 0 && !existsSync(path.join(folder, listName))) {
    throw userError({ code: 'bundle-folder', file: folder, message: 'the folder holds something else', next: 'Name a new or empty folder.' });
  }
  await rm(path.join(folder, listName), { force: true });
  const list: BundleList['parts'][number][] = [];
  for (const part of installed) {
    const target = path.join(folder, part.name);
    await rm(target, { recursive: true, force: true });
    const files: BundledFile[] = [];
    for (const file of await filesOf(part.folder)) {
      await copyInto(target, file, part.folder);
      files.push({ path: file, sha256: await sha256(path.join(target, file)) });
    }
    list.push({ name: part.name, version: part.version, files });
  }
  const bundle: BundleList = { schema: 1, platform: thisPlatform, parts: list };
  await writeFileAtomic(path.join(folder, listName), toJson(bundle), { mode: 0o644 });
}

/** Installs `wanted` from the bundle, all of its parts when undefined; returns what each can do here. */
export async function installFromBundle(folder: string, wanted: readonly PartName[] | undefined, verify: VerifyPart): Promise<ReadonlyMap<PartName, string>> {
  const list = await readList(folder);
  const names = wanted ?? Object.values(parts).map((part) => part.name).filter((name) => list.parts.some((one) => one.name === name));
  const said = new Map<PartName, string>();
  for (const name of names) said.set(name, await installOne(folder, list, parts[name], verify));
  return said;
}

async function installOne(folder: string, list: BundleList, part: PartDefinition, verify: VerifyPart): Promise<string> {
  const { name, version } = part;
  const file = path.join(folder, listName);
  const bundled = list.parts.find((one) => one.name === name);
  if (bundled === undefined) {
    throw userError({ code: 'bundle-part', file, key: name, message: `the bundle has no such part: it has ${list.parts.map((one) => one.name).join(', ')}`, next: 'Make it again where the part is installed: preclinical doctor --bundle DIR' });
  }
  if (bundled.version !== version) {
    throw userError({ code: 'bundle-version', file, key: name, value: bundled.version, message: `this version of Preclinical needs ${version}`, next: 'Make the bundle with the same version of Preclinical as is installed here.' });
  }
  const source = path.join(folder, name);
  return placePart(part, verify, async (target) => {
    for (const { path: relative, sha256: expected } of bundled.files) {
      if (!isInside(relative)) throw userError({ code: 'bundle-path', file, key: name, value: relative, message: 'this path leads out of the bundle', next: 'Use a bundle that doctor --bundle has written.' });
      await copyInto(target, relative, source).catch(() => { throw damaged(path.join(source, relative), 'is not there'); });
      if (await sha256(path.join(target, relative)) !== expected) throw damaged(path.join(source, relative), 'is not what was bundled');
    }
  });
}

function damaged(file: string, how: string): Error {
  return userError({ code: 'bundle-damaged', file, message: `this file of the bundle ${how}`, next: 'Copy the bundle again.' });
}

async function readList(folder: string): Promise<BundleList> {
  const file = path.join(folder, listName);
  const text = await readFile(file, 'utf8').catch(() => {
    throw userError({ code: 'bundle-missing', file, message: 'there is no bundle of parts here', next: 'Name a folder that preclinical doctor --bundle has written.' });
  });
  const list = parseList(text);
  if (list === undefined) throw userError({ code: 'bundle-damaged', file, message: 'this is no list of parts', next: 'Copy the bundle again.' });
  if (list.platform !== thisPlatform) {
    throw userError({ code: 'bundle-platform', file, key: 'platform', value: list.platform, message: `the bundle is of another platform than this machine, which is ${thisPlatform}`, next: `Make it on a machine that is ${thisPlatform}.` });
  }
  return list;
}

function parseList(text: string): BundleList | undefined {
  try {
    const list = JSON.parse(text) as Partial<BundleList>;
    return list.schema === 1 && typeof list.platform === 'string' && Array.isArray(list.parts) ? list as BundleList : undefined;
  } catch {
    return undefined;
  }
}

function isInside(relative: string): boolean {
  return !path.posix.isAbsolute(relative) && !relative.includes('\\') && !relative.split('/').includes('..');
}

/** Paths of all files below, with `/`. Links to files, as some packages have for libraries, become files. */
async function filesOf(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const isFile = (entry: Dirent): boolean => entry.isFile() || (entry.isSymbolicLink() && statSync(path.join(entry.parentPath, entry.name)).isFile());
  return entries.filter((entry) => path.basename(entry.parentPath) !== '.bin' && isFile(entry)).map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).split(path.sep).join('/')).sort();
}

async function copyInto(target: string, relative: string, source: string): Promise<void> {
  const file = path.join(target, relative);
  await mkdir(path.dirname(file), { recursive: true });
  await copyFile(path.join(source, relative), file);
}

async function sha256(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
