// Builds a mix: read, screen, hold out, deduplicate, tokenise, draw the stages, write. The same plan gives the same bytes. The
// product appears whole or not at all; a build that was killed goes on with the first piece that is not done.
import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { syncFolder } from '../../../runs/files/atomic';
import { makePreclinicalFolder } from '../../../runs/layout';
import { findProcess } from '../../../runs/this-host';
import { loadTokenizer } from '../../tokenizer';
import type { MixPlan } from '../plan/plan';
import { readManifest } from '../read-shard';
import type { MixManifest } from '../shard';
import { gather } from './gather';
import type { ReadOptions } from './parts';
import { writeProduct } from './product';

/** The signal's reason is thrown; of the product nothing is left behind, what the steps have done stays in the cache. */
export type BuildOptions = ReadOptions;

/** Tells apart the unfinished folders of one process. */
let attempts = 0;

/** Returns the manifest of the product, built now or found built. */
export async function buildMix(plan: MixPlan, options: BuildOptions = {}): Promise<MixManifest> {
  const built = await findBuilt(plan.folder);
  if (built) return built;
  await makePreclinicalFolder(plan.root);
  await removePartials(plan.folder);
  const gathered = await gather(plan, options);
  const partial = `${plan.folder}.partial-${process.pid}-${++attempts}`;
  try {
    await mkdir(partial, { recursive: true, mode: 0o700 });
    const manifest = await writeProduct(plan, { folder: partial, tokenizer: await loadTokenizer(plan.tokenizerFolder), gathered }, {
      onProgress: (progress) => {
        options.onProgress?.(progress);
        options.signal?.throwIfAborted();
      },
    });
    return await putInPlace(partial, plan.folder) ?? manifest;
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    throw error;
  } finally {
    gathered.encoded.close();
    gathered.corpus.close();
  }
}

/** The manifest of a product that is there with all its files; undefined when it has to be built. */
async function findBuilt(folder: string): Promise<MixManifest | undefined> {
  if (!existsSync(path.join(folder, 'manifest.json'))) return undefined;
  const manifest = await readManifest(folder).catch(() => undefined);
  const sizes = await Promise.all((manifest?.files ?? []).map(async ({ name, bytes }) => (await stat(path.join(folder, name)).catch(() => undefined))?.size === bytes));
  if (manifest && sizes.every(Boolean)) return manifest;
  await rm(folder, { recursive: true });
  return undefined;
}

/** Renames; when another process was first, its product stands and is returned. */
async function putInPlace(partial: string, folder: string): Promise<MixManifest | undefined> {
  try {
    await syncFolder(partial);
    await rename(partial, folder);
    await syncFolder(path.dirname(folder));
    return undefined;
  } catch (error) {
    const other = await findBuilt(folder);
    if (!other) throw error;
    await rm(partial, { recursive: true });
    return other;
  }
}

/** What processes that are gone left of an earlier attempt. */
async function removePartials(folder: string): Promise<void> {
  const parent = path.dirname(folder);
  const start = `${path.basename(folder)}.partial-`;
  for (const name of await readdir(parent).catch(() => [])) {
    if (name.startsWith(start) && !findProcess(Number.parseInt(name.slice(start.length), 10))) await rm(path.join(parent, name), { recursive: true, force: true });
  }
}
