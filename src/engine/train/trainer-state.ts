// trainer_state.json of a checkpoint: all that a resumed run needs beside weights and moments. Written last of the
// checkpoint's files and lists the others with their sizes, so that a folder that was cut short is recognised.
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { backendNames } from '../../documents/run/schema';
import { readJson } from '../../runs/files/json';

export const trainerStateFile = 'trainer_state.json';

const word = z.number().int();

export const trainerStateSchema = z.object({
  schema: z.literal(1),
  step: z.number().int().nonnegative(),
  totalSteps: z.number().int().positive(),
  /** Non-padding tokens seen, and the loss-bearing ones among them. */
  tokens: z.number().int().nonnegative(),
  trainedTokens: z.number().int().nonnegative(),
  /** The next row to be learnt; follows from the step, and is here for people and other tools. */
  position: z.object({ epoch: z.number().int(), stage: z.string(), index: z.number().int() }),
  /** States of the random streams, by purpose. The order of the data needs none: it is a function of the step. */
  randomStates: z.object({ neftune: z.tuple([word, word, word, word]).optional() }),
  /** Held-out losses measured at this very step, by set. */
  heldOut: z.record(z.string(), z.number()).optional(),
  backend: z.enum(backendNames),
  mixHash: z.string(),
  tokenizerHash: z.string(),
  /** Every value the run was started with, as the version that wrote it knew them: who compares them reads them again. */
  run: z.unknown(),
  /** Bytes of each other file of the checkpoint. */
  files: z.record(z.string(), z.number().int()),
});
export type TrainerState = z.infer<typeof trainerStateSchema>;

/** Names and sizes of the files in a folder that is being written. */
export async function fileSizes(folder: string): Promise<Record<string, number>> {
  const names = (await readdir(folder)).filter((name) => name !== trainerStateFile).sort();
  return Object.fromEntries(await Promise.all(names.map(async (name) => [name, (await stat(path.join(folder, name))).size] as const)));
}

/** The state of a checkpoint folder; undefined when the folder is not one, or not a whole one. */
export async function readTrainerState(folder: string): Promise<TrainerState | undefined> {
  const parsed = trainerStateSchema.safeParse(await readJson(path.join(folder, trainerStateFile)));
  if (!parsed.success) return undefined;
  for (const [name, bytes] of Object.entries(parsed.data.files)) {
    const size = await stat(path.join(folder, name)).then((found) => found.size, () => undefined);
    if (size !== bytes) return undefined;
  }
  return parsed.data;
}
