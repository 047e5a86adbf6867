// *.run.yaml: one training run, continued pretraining or instruct fine-tuning.
import { z } from 'zod';
import { filePath, fraction, nonNegativeInteger, positiveInteger, seed, slug } from '../common/fields';

/** Shape of a new model; names and meanings as in a Hugging Face Mistral config. */
export const architectureSchema = z.strictObject({
  family: z.literal('mistral').default('mistral'),
  hiddenSize: positiveInteger,
  intermediateSize: positiveInteger,
  layers: positiveInteger,
  heads: positiveInteger,
  keyValueHeads: positiveInteger,
  headSize: positiveInteger.optional().describe('Size of one head; hiddenSize / heads when left out.'),
  maxPositions: positiveInteger.default(2048),
  ropeTheta: z.number().positive().default(10000),
  slidingWindow: positiveInteger.nullable().default(null).describe('Positions a query sees back; null for all.'),
  normEpsilon: z.number().positive().default(1e-5),
  tieEmbeddings: z.boolean().default(false),
  initialiserStd: z.number().positive().default(0.02),
});
export type Architecture = z.infer<typeof architectureSchema>;

const baseSchema = z.union([
  z.string().min(1).describe('Checkpoint folder, or id of an earlier run, or a step of the study.'),
  z.strictObject({ new: architectureSchema.describe('Start from random weights of this shape.') }),
]);

export const optimiserSchema = z.strictObject({
  name: z.literal('adamw').default('adamw'),
  learningRate: z.number().positive().describe('Peak learning rate.'),
  beta1: fraction.default(0.9),
  beta2: fraction.default(0.95),
  epsilon: z.number().positive().default(1e-8),
  weightDecay: z.number().nonnegative().default(0.1).describe('Decoupled weight decay; norms and biases are never decayed.'),
  clipNorm: z.number().positive().nullable().default(1).describe('Largest global gradient norm; null for no clipping.'),
});

export const scheduleSchema = z.strictObject({
  kind: z.enum(['constant', 'cosine', 'linear']).default('constant').describe('Shape after the warm-up.'),
  warmupFraction: fraction.optional().describe('Linear warm-up over this fraction of all steps.'),
  warmupSteps: nonNegativeInteger.optional().describe('Linear warm-up over this many steps.'),
  minimumFraction: fraction.default(0).describe('Learning rate at the end, as a fraction of the peak.'),
});

export const neftuneSchema = z.strictObject({
  alpha: z.number().positive().default(5).describe('Noise scale: embeddings get U(-1,1) * alpha / sqrt(L * d).'),
  lengthMode: z.enum(['example', 'padded']).default('example').describe('L is the length of the example, or, as in transformers, of the padded batch.'),
});

export const runSchema = z.strictObject({
  kind: z.literal('run').default('run'),
  name: slug,
  description: z.string().optional(),
  stage: z.enum(['pretrain', 'finetune']).describe('pretrain: loss on every token. finetune: loss on the answers only.'),
  base: baseSchema,
  data: filePath.describe('A *.mix.yaml, relative to this file.'),
  seed: seed.default(1),
  backend: z.enum(['auto', 'wasm', 'cpu']).default('auto'),
  batchSize: positiveInteger.describe('Sequences in one micro-batch.'),
  accumulationSteps: positiveInteger.default(1).describe('Micro-batches in one optimiser update.'),
  epochs: z.number().positive().default(1).describe('Passes over the mix as built.'),
  steps: positiveInteger.optional().describe('Optimiser updates; overrides epochs.'),
  optimiser: optimiserSchema,
  schedule: scheduleSchema.prefault({}),
  neftune: neftuneSchema.optional().describe('Noise on the embeddings in training; never in evaluation or generation.'),
  crossDocumentAttention: z.boolean().default(false).describe('Let tokens see earlier documents of the same sequence; positions then run on.'),
  checkpoints: z.strictObject({
    everySteps: positiveInteger.optional().describe('Steps between checkpoints; only at the end when left out.'),
    everyMinutes: z.number().positive().default(5).describe('Most minutes of work a crash may cost.'),
    keep: positiveInteger.default(1).describe('Newest checkpoints kept; the last one always is.'),
  }).prefault({}),
  heldOut: z.strictObject({
    everySteps: positiveInteger.optional().describe('Steps between measurements of held-out loss; a twentieth of the run when left out.'),
    maximumTokens: positiveInteger.default(16384).describe('Tokens of each held-out set measured each time.'),
  }).prefault({}),
  logEverySteps: positiveInteger.default(1),
});
export type Run = z.infer<typeof runSchema>;
