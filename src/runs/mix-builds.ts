// Products of a mix as their folders tell: for lists, without opening a shard.
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import type { MixManifest } from '../protocol/mix-manifest';
import type { MixBuild } from '../protocol/mix-plan';
import { readJson } from './files/json';
import { mixesFolder } from './layout';

export const manifestName = 'manifest.json';

/** Newest first. Folders that are unfinished or of no mix are left out. */
export async function readMixBuilds(root: string, name: string): Promise<MixBuild[]> {
  const parent = path.join(mixesFolder(root), name);
  const hashes = (await readdir(parent).catch(() => [])).filter((entry) => /^[0-9a-f]{12}$/.test(entry));
  const builds = await Promise.all(hashes.map((hash) => readBuild(path.join(parent, hash), hash)));
  return builds.filter((build) => build !== undefined).sort((a, b) => (a.builtAt < b.builtAt ? 1 : -1));
}

/** Undefined when the folder holds no product of this version. */
export async function readMixManifest(folder: string): Promise<MixManifest | undefined> {
  const manifest = await readJson(path.join(folder, manifestName)) as Partial<MixManifest> | undefined;
  return manifest?.schema === 1 && Array.isArray(manifest.stages) && Array.isArray(manifest.files) ? manifest as MixManifest : undefined;
}

async function readBuild(folder: string, hash: string): Promise<MixBuild | undefined> {
  const file = path.join(folder, manifestName);
  const [manifest, found] = await Promise.all([readMixManifest(folder), stat(file).catch(() => undefined)]);
  if (!found || !manifest) return undefined;
  const { stages, files } = manifest;
  const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);
  return {
    hash, folder, builtAt: found.mtime.toISOString(),
    tokens: sum(stages.map((stage) => stage.tokens)), documents: sum(stages.map((stage) => stage.documents)), bytes: sum(files.map((one) => one.bytes)),
  };
}
