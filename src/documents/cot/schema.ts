// *.cot: a prompt experiment. YAML front matter between two `---` lines, then a Jinja body with roles.
import { z } from 'zod';
import { filePath, positiveInteger, seed, slug } from '../common/fields';

export const strategyNames = ['direct', 'chain-of-thought', 'self-consistency'] as const;

export const cotSchema = z.strictObject({
  kind: z.literal('prompt').default('prompt'),
  name: slug,
  description: z.string().optional(),
  models: z.array(z.string().min(1)).default([]).describe('Endpoint names from the settings, or runs; the study or the command line may name one instead.'),
  questions: filePath.describe('Question set in MedQA\'s JSONL form, relative to this file.'),
  limit: positiveInteger.optional().describe('First questions only.'),
  strategies: z.array(z.enum(strategyNames)).min(1).default(['direct', 'chain-of-thought']),
  repeats: positiveInteger.default(1).describe('Samples a question; self-consistency votes over them.'),
  temperature: z.number().min(0).default(0).describe('Sampling temperature of direct and chain-of-thought.'),
  selfConsistencyTemperature: z.number().positive().default(0.7),
  topP: z.number().gt(0).max(1).default(1),
  maxTokens: positiveInteger.default(256).describe('Longest answer (tokens).'),
  stop: z.array(z.string()).default([]),
  extractor: z.enum(['letter', 'option-text', 'auto']).default('auto').describe('How the chosen option is read from the answer.'),
  tieRule: z.enum(['first-seen', 'lowest-letter']).default('first-seen').describe('Which option wins an even vote.'),
  egress: z.enum(['allowed', 'never']).default('allowed').describe('never: the questions may not reach a remote endpoint.'),
  seed: seed.default(1),
});
export type CotSettings = z.infer<typeof cotSchema>;
