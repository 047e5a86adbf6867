// How much text each source leaves for training, found without building: the steps of a build up to the tokens, which a build
// then finds done.
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { SourceSize } from '../../../documents/mix/amounts/stage';
import { privateFolderMode, writeFileAtomic } from '../../../runs/files/atomic';
import { readJson, toJson } from '../../../runs/files/json';
import { cacheFolder, makePreclinicalFolder } from '../../../runs/layout';
import { gather } from '../build/gather';
import type { ReadOptions } from '../build/parts';
import { sizeOf, suppliesOf } from '../build/supply';
import type { MixPlan } from '../plan/plan';
import type { MixManifest } from '../shard';
import { sizesKey } from './keys';

export type SourceSizes = Readonly<Record<string, SourceSize>>;

interface KeptSizes { readonly schema: 1; readonly sizes: SourceSizes }

/** Sizes as a build would find them, from the cache where they are known. Throws what a build would throw of the sources. */
export async function measureMix(plan: MixPlan, options: ReadOptions = {}): Promise<SourceSizes> {
  const known = await readSizes(plan);
  if (known) return known;
  await makePreclinicalFolder(plan.root);
  const { corpus, encoded } = await gather(plan, options);
  try {
    const { training } = suppliesOf(plan, corpus, encoded);
    const sizes = Object.fromEntries([...training].map(([name, supply]) => [name, sizeOf(supply, encoded)]));
    await keepSizes(plan, sizes);
    return sizes;
  } finally {
    encoded.close();
    corpus.close();
  }
}

/** What a build found is what measuring would find. */
export async function keepBuiltSizes(plan: MixPlan, manifest: MixManifest): Promise<SourceSizes> {
  const sizes = Object.fromEntries(Object.keys(plan.mix.sources).map((name) => {
    const { documentsKept, tokens, bytes } = manifest.counts[name]!;
    return [name, { documents: documentsKept, tokens, bytes }];
  }));
  await keepSizes(plan, sizes);
  return sizes;
}

function sizesFile(plan: MixPlan): string {
  return path.join(cacheFolder(plan.root), 'mix-sizes', `${sizesKey(plan)}.json`);
}

async function readSizes(plan: MixPlan): Promise<SourceSizes | undefined> {
  const kept = await readJson(sizesFile(plan)) as Partial<KeptSizes> | undefined;
  return kept?.schema === 1 ? kept.sizes : undefined;
}

async function keepSizes(plan: MixPlan, sizes: SourceSizes): Promise<void> {
  const file = sizesFile(plan);
  await makePreclinicalFolder(plan.root);
  await mkdir(path.dirname(file), { recursive: true, mode: privateFolderMode });
  await writeFileAtomic(file, toJson({ schema: 1, sizes } satisfies KeptSizes));
}
