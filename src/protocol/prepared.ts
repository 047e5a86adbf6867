// What `train FILE --prepare --json` prints: what another engine would be started with, and what was looked at before.
import { z } from 'zod';

const checkSchema = z.object({
  name: z.string(), state: z.enum(['ok', 'warning', 'error']),
  /** What was found, half a sentence. */
  found: z.string(), next: z.string().optional(),
  /** Key of the run file that mends it. */
  key: z.string().optional(),
});
export type Check = z.infer<typeof checkSchema>;

/** Lines that are only in the generated text, with `-`, and only in the user's, with `+`. */
const handEditSchema = z.object({ file: z.string(), difference: z.array(z.string()).readonly() });
export type HandEdit = z.infer<typeof handEditSchema>;

export const preparedSchema = z.object({
  /** The trainer's folder, in the job that an ordinary start goes on with. */
  folder: z.string(),
  /** Files in it that are meant to be read, and may be changed. */
  files: z.array(z.string()),
  /** What was looked at; none of it forbids a start. */
  checks: z.array(checkSchema).readonly(),
  /** Files that were changed by hand and stay. */
  kept: z.array(handEditSchema).readonly(),
});
export type Prepared = z.infer<typeof preparedSchema>;
