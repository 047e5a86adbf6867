// What `train FILE --prepare --json` prints: what another engine would be started with, and what was looked at before.
import { z } from 'zod';

export const preparedSchema = z.object({
  /** The trainer's folder, in the job that an ordinary start goes on with. */
  folder: z.string(),
  /** Files in it that are meant to be read, and may be changed. */
  files: z.array(z.string()),
  checks: z.array(z.object({
    name: z.string(), state: z.enum(['ok', 'warning', 'error']),
    /** What was found, half a sentence. */
    found: z.string(), next: z.string().optional(), key: z.string().optional(),
  })),
  /** Files that were changed by hand, with the lines that differ from what is generated. */
  kept: z.array(z.object({ file: z.string(), difference: z.array(z.string()) })),
});
export type Prepared = z.infer<typeof preparedSchema>;
