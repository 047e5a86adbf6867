// labels.json: what the user says about a job. Never written by the job itself.
import { z } from 'zod';
import type { JobLabels } from '../protocol/labels';
import { writeFileAtomic } from './files/atomic';
import { readJson, toJson } from './files/json';
import { jobPath } from './layout';

const labelsSchema = z.object({
  schema: z.literal(1),
  name: z.string().exactOptional(),
  star: z.boolean().exactOptional(),
  tags: z.array(z.string()).exactOptional(),
  notes: z.string().exactOptional(),
  archived: z.boolean().exactOptional(),
});

/** Empty labels when there are none yet. */
export async function readLabels(folder: string): Promise<JobLabels> {
  return labelsSchema.safeParse(await readJson(jobPath(folder, 'labels'))).data ?? { schema: 1 };
}

/** Sets the labels given and keeps the others. */
export async function writeLabels(folder: string, change: Omit<JobLabels, 'schema'>): Promise<JobLabels> {
  const labels: JobLabels = { ...await readLabels(folder), ...change };
  await writeFileAtomic(jobPath(folder, 'labels'), toJson(labels));
  return labels;
}
