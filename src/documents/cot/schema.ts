// *.cot: a prompt experiment. YAML front matter between two `---` lines, then a Jinja body with roles.
import { z } from 'zod';
import { filePath, positiveInteger, seed, slug } from '../common/fields';

export const strategyNames = ['direct', 'chain-of-thought', 'self-consistency'] as const;

export const cotSchema = z.strictObject({
  kind: z.literal('prompt').default('prompt').describe('Kind of this file: a prompt experiment.'),
  name: slug.describe('Name of the experiment; the id of its job folder ends in it.'),
  description: z.string().optional().describe('What it is for, in a sentence or two.'),
  models: z.array(z.string().min(1)).default([]).describe('Endpoint names from the settings, or runs; the study or the command line may name one instead.'),
  questions: filePath.describe('Question set in MedQA\'s JSONL form, relative to this file.').meta({ files: '**/*.jsonl' }),
  limit: positiveInteger.optional().describe('First questions only.').meta({ unit: 'questions' }),
  strategies: z.array(z.enum(strategyNames)).min(1).default(['direct', 'chain-of-thought']).describe('direct asks for the answer, chain-of-thought for reasoning first, self-consistency votes over several reasonings.'),
  repeats: positiveInteger.default(1).describe('Samples a question; self-consistency votes over them.').meta({ unit: 'samples' }),
  temperature: z.number().min(0).default(0).describe('Sampling temperature of direct and chain-of-thought.'),
  selfConsistencyTemperature: z.number().positive().default(0.7).describe('Sampling temperature of self-consistency.'),
  topP: z.number().gt(0).max(1).default(1).describe('Probability mass that sampling is cut to.').meta({ unit: 'fraction, 0 to 1' }),
  maxTokens: positiveInteger.default(256).describe('Longest answer (tokens).').meta({ unit: 'tokens' }),
  stop: z.array(z.string()).default([]).describe('Texts that end an answer.'),
  extractor: z.enum(['letter', 'option-text', 'auto']).default('auto').describe('How the chosen option is read from the answer.'),
  tieRule: z.enum(['first-seen', 'lowest-letter']).default('first-seen').describe('Which option wins an even vote.'),
  egress: z.enum(['allowed', 'never']).default('allowed').describe('never: the questions may not reach a remote endpoint.'),
  seed: seed.default(1),
});
export type CotSettings = z.infer<typeof cotSchema>;
