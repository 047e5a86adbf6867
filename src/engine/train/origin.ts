// preclinical.json beside config.json of a checkpoint: where the weights come from and whether they may leave the
// machine. Restrictions are inherited: a model is as private as the most private data it or its base has seen.
import path from 'node:path';
import { z } from 'zod';
import { originFile } from '../../runs/egress';
import { readJson } from '../../runs/files/json';
import { checkpointChain, isAdapterFolder } from '../model';

export { originFile };

const egressLevels = ['allowed', 'never'] as const;
const phiLevels = ['none', 'deidentified', 'unknown', 'present'] as const;

export const originSchema = z.object({
  schema: z.literal(1),
  preclinical: z.string(),
  /** Job that wrote the checkpoint, and its run's name. */
  job: z.string(),
  run: z.string(),
  stage: z.enum(['pretrain', 'finetune']),
  egress: z.enum(egressLevels),
  phi: z.enum(phiLevels),
  mix: z.object({ name: z.string(), hash: z.string() }),
  tokenizerHash: z.string(),
  /** What training started from; absent for a new model. */
  parent: z.object({ checkpoint: z.string(), job: z.string().optional(), hash: z.string() }).optional(),
});
export type Origin = z.infer<typeof originSchema>;

/** Undefined for a checkpoint that Preclinical did not write; an adapter of another program is as private as its base. */
export async function readOrigin(folder: string): Promise<Origin | undefined> {
  const parsed = originSchema.safeParse(await readJson(path.join(folder, originFile)));
  if (parsed.success || !isAdapterFolder(folder)) return parsed.data;
  const [, base] = await checkpointChain(folder);
  return base === undefined ? undefined : readOrigin(base);
}

/** The stricter of two, for both restrictions; a base without a record adds nothing. */
export function inheritRestrictions(mix: Pick<Origin, 'egress' | 'phi'>, base: Pick<Origin, 'egress' | 'phi'> | undefined): Pick<Origin, 'egress' | 'phi'> {
  const stricter = <Level>(levels: readonly Level[], a: Level, b: Level): Level => levels[Math.max(levels.indexOf(a), levels.indexOf(b))]!;
  return { egress: stricter(egressLevels, mix.egress, base?.egress ?? 'allowed'), phi: stricter(phiLevels, mix.phi, base?.phi ?? 'none') };
}
