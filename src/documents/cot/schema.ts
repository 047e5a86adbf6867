// *.cot: a prompt experiment. YAML front matter between two `---` lines, then a Jinja body with roles.
import { z } from 'zod';
import { filePath, positiveInteger, seed, slug } from '../common/fields';
import { strategyNames } from './strategy';

/** Aborts, so that a misspelt name is told as none of the names there are; a combination is looked into when the file is checked. */
const combination = z.string().regex(/^[a-z-]+(?: *\+ *[a-z-]+)+$/, { abort: true, error: `name one of ${strategyNames.join(', ')}, or several joined with " + "` });

export const exemplarsSchema = z.strictObject({
  file: filePath.describe('Solved questions in MedQA\'s JSONL form, relative to this file; a field `reasoning` of a record is shown with its answer. Never the questions that are asked.').meta({ files: '**/*.jsonl' }),
  count: positiveInteger.default(5).describe('Solved questions shown before each question.').meta({ unit: 'questions' }),
  ids: z.array(z.union([z.string(), z.number()])).optional().describe('few-shot: ids of the questions to show, in this order; the first of the file when left out.'),
  pool: positiveInteger.optional().describe('First questions of the file only; knn-few-shot and self-generated-cot look at all of them.').meta({ unit: 'questions' }),
  groupBy: z.string().min(1).optional().describe('Field of a record, such as patient or article: solved questions of the group of the question asked are never shown.'),
  similarity: z.enum(['tf-idf', 'embeddings']).default('tf-idf').describe('How knn-few-shot finds what is like the question. embeddings: cosine over vectors of an endpoint, as Medprompt. tf-idf: cosine over weighted words, offline; not the paper\'s kNN.'),
  embeddingModel: z.string().min(1).optional().describe('Model of the endpoint that makes the vectors, for similarity: embeddings.'),
  embeddingEndpoint: z.url({ protocol: /^https?$/ }).optional().describe('Base address of the server that makes the vectors, such as http://127.0.0.1:8081/v1; that of the model asked when left out. A remote one needs consent of its own.'),
  embeddingKeyVariable: z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/).optional().describe('Environment variable that holds the key of embeddingEndpoint.'),
  attempts: positiveInteger.default(1).describe('self-generated-cot: tries to reason a solved question right, the first at temperature 0, the others at that of self-consistency.').meta({ unit: 'answers' }),
  shuffle: z.boolean().default(false).describe('choice-shuffle: reorder the options of the solved questions too. One whose reasoning names letters that cannot be told from other words keeps its order.'),
});

export const cotSchema = z.strictObject({
  kind: z.literal('prompt').default('prompt').describe('Kind of this file: a prompt experiment.'),
  name: slug.describe('Name of the experiment; the id of its job folder ends in it.'),
  description: z.string().optional().describe('What it is for, in a sentence or two.'),
  models: z.array(z.string().min(1)).default([]).describe('Endpoint names from the settings, or runs; the study or the command line may name one instead.'),
  questions: filePath.describe('Question set in MedQA\'s JSONL form, relative to this file.').meta({ files: '**/*.jsonl' }),
  limit: positiveInteger.optional().describe('First questions only.').meta({ unit: 'questions' }),
  strategies: z.array(z.union([z.enum(strategyNames), combination])).min(1).default(['direct', 'chain-of-thought']).describe('Ways of asking. direct (or zero-shot) asks for the answer, chain-of-thought for reasoning first; few-shot shows solved questions, knn-few-shot those most like the question, self-generated-cot with reasoning of the model\'s own; self-consistency votes over samples, choice-shuffle over orders of the options; medprompt is knn-few-shot + self-generated-cot + choice-shuffle. Join several with " + ".'),
  exemplars: exemplarsSchema.optional().describe('Solved questions for few-shot, knn-few-shot, self-generated-cot and medprompt.'),
  repeats: positiveInteger.default(1).describe('Samples a question; self-consistency and choice-shuffle vote over them.').meta({ unit: 'samples' }),
  temperature: z.number().min(0).default(0).describe('Sampling temperature of all strategies but self-consistency.'),
  selfConsistencyTemperature: z.number().positive().default(0.7).describe('Sampling temperature of self-consistency.'),
  topP: z.number().gt(0).max(1).default(1).describe('Probability mass that sampling is cut to.').meta({ unit: 'fraction, 0 to 1' }),
  maxTokens: positiveInteger.default(256).describe('Longest answer (tokens).').meta({ unit: 'tokens' }),
  stop: z.array(z.string()).default([]).describe('Texts that end an answer.'),
  extractor: z.enum(['letter', 'option-text', 'auto']).default('auto').describe('How the chosen option is read from the answer.'),
  tieRule: z.enum(['first-seen', 'lowest-letter', 'highest-letter']).default('first-seen').describe('Which option wins an even vote: the one answered first, or by letter (promptbase takes the highest, its guidance program the lowest).'),
  likelihood: z.boolean().default(true).describe('Score the same questions by the likelihood of their options too, where the model gives log-likelihoods: another metric, shown beside.'),
  egress: z.enum(['allowed', 'never']).default('allowed').describe('never: the questions may not reach a remote endpoint.'),
  seed: seed.default(1),
});
export type CotSettings = z.infer<typeof cotSchema>;
export type ExemplarSettings = z.infer<typeof exemplarsSchema>;
