// How fast this machine trains models of a shape: measured once, then kept in .preclinical/cache/rates.json.
import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { availableParallelism, cpus } from 'node:os';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { z } from 'zod';
import type { Run } from '../../../documents/run/schema';
import { privateFolderMode, writeFileAtomic } from '../../../runs/files/atomic';
import { readJson, toJson } from '../../../runs/files/json';
import { makePreclinicalFolder, preclinicalFolder } from '../../../runs/layout';
import { parameterShapes, type ModelConfig } from '../../model';
import { packageVersion } from '../../parts/assets';
import { openBackend, type BackendName, type BackendSettings } from '../../tensors';
import { calibrate, type CalibrationShape, type Rate } from '../../train';

export interface KnownRate extends Rate {
  readonly source: 'measured' | 'cached';
  readonly device: string;
}

const rateSchema = z.object({ microBatchMs: z.number(), updateMs: z.number(), measuredFraction: z.number(), device: z.string() });
const cacheSchema = z.object({ schema: z.literal(1), rates: z.record(z.string(), rateSchema) });

/** How a rate is found: from the cache alone, from there or by measuring, or by measuring anew. */
export type Calibration = 'cached' | 'when-needed' | 'anew';

export async function findRate(
  root: string, config: ModelConfig, optimiser: Run['optimiser'], shape: CalibrationShape, backend: BackendName, how: Calibration, { threads = availableParallelism(), relaxedSimd, products = 'own' }: BackendSettings = {},
): Promise<KnownRate | undefined> {
  const file = path.join(preclinicalFolder(root), 'cache', 'rates.json');
  const rates = cacheSchema.safeParse(await readJson(file)).data?.rates ?? {};
  const key = keyOf(config, shape, backend, [threads, relaxedSimd === true, products]);
  const known = rates[key];
  if (known && how !== 'anew') return { ...known, source: 'cached' };
  if (how === 'cached') return undefined;
  const { device } = await openBackend(backend, { threads, relaxedSimd, products });
  const rate = { ...await calibrate(config, optimiser, shape, backend, () => performance.now()), device };
  await makePreclinicalFolder(root);
  await mkdir(path.dirname(file), { recursive: true, mode: privateFolderMode });
  await writeFileAtomic(file, toJson({ schema: 1, rates: { ...rates, [key]: rate } }));
  return { ...rate, source: 'measured' };
}

/** Everything time depends on; another machine or version measures again. */
function keyOf(config: ModelConfig, { batchSize, length, lossDensity, recomputeActivations, lora, accumulates }: CalibrationShape, backend: BackendName, settings: readonly unknown[]): string {
  const { heads, keyValueHeads, headSize, slidingWindow } = config;
  const facts = [...parameterShapes(config), heads, keyValueHeads, headSize, slidingWindow, batchSize, length, lossDensity.toFixed(1), recomputeActivations, lora, config.experts !== undefined && accumulates, backend, ...settings, packageVersion, cpus()[0]?.model ?? ''];
  return createHash('sha256').update(JSON.stringify(facts)).digest('hex').slice(0, 24);
}
