// What the callback inside the trainer writes, a line of JSON each (media/scaleout/preclinical_callback.py).
import { z } from 'zod';

/** Numbers that are none (NaN, inf) are written as strings. */
const number = z.union([z.number(), z.string().transform((text) => (text.startsWith('-') ? -Infinity : text === 'inf' ? Infinity : NaN))]);
const step = z.int().nonnegative();
/** Seconds of the trainer's monotonic clock. */
const at = z.number();

const eventSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('begun'), step, at, totalSteps: step, processes: z.int(), device: z.string(), attention: z.string().nullable() }),
  z.object({ type: z.literal('update'), step, at, loss: number, learningRate: number, gradientNorm: number.nullable(), balanceLoss: number.nullable().default(null) }),
  z.object({ type: z.literal('heldOut'), step, at, set: z.string(), nats: number, tokens: z.int() }),
  z.object({ type: z.literal('saved'), step, at, name: z.string(), request: z.string().nullable() }),
  z.object({ type: z.literal('ended'), step, at, totalSteps: step }),
]);
export type TrainerEvent = z.infer<typeof eventSchema>;

/** Undefined for a line that is none. */
export function parseTrainerEvent(line: string): TrainerEvent | undefined {
  try {
    return eventSchema.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}

export const trainerEventsFile = 'trainer-events.jsonl';
export const requestFile = 'request.json';
