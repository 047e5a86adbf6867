// *.run.yaml: one training run, continued pretraining or instruct fine-tuning.
import { z } from 'zod';
import { filePath, fraction, nonNegativeInteger, positiveInteger, seed, slug } from '../common/fields';
import { remoteSchema } from './remote';
import { slurmSchema } from './slurm';

/** The layer of experts in place of each feed-forward block; defaults of the released Mixtral 8x7B. */
export const expertsSchema = z.strictObject({
  count: positiveInteger.default(8).describe('Experts of each layer, each a feed-forward block of its own.').meta({ unit: 'experts' }),
  perToken: positiveInteger.default(2).describe('Experts each token goes to.').meta({ unit: 'experts' }),
  balanceLossWeight: z.number().nonnegative().default(0.02).describe('Factor of the load-balance loss, which is added in training.'),
  routerJitter: fraction.default(0).describe('In training, what routers and experts read is multiplied by U(1 - jitter, 1 + jitter).'),
});

/** Which values a kind needs is said by its description, and checked where the model is made. */
export const ropeScalingSchema = z.strictObject({
  kind: z.enum(['linear', 'dynamic', 'yarn', 'longrope', 'llama3']).describe('How rotary frequencies are stretched. linear, dynamic: factor. yarn: factor, originalMaxPositions. longrope: originalMaxPositions, shortFactor, longFactor. llama3: factor, originalMaxPositions, lowFrequencyFactor, highFrequencyFactor.'),
  factor: z.number().min(1).optional().describe('How many times longer sequences may be than without.'),
  originalMaxPositions: positiveInteger.optional().describe('Longest sequence the unscaled frequencies are made for.').meta({ unit: 'tokens' }),
  attentionFactor: z.number().positive().optional().describe('yarn, longrope: multiplies cosines and sines; follows from the factor when left out.'),
  betaFast: z.number().positive().optional().describe('yarn: turns over the original length above which a frequency is kept; 32 when left out.'),
  betaSlow: z.number().positive().optional().describe('yarn: turns below which it is interpolated; 1 when left out.'),
  lowFrequencyFactor: z.number().positive().optional().describe('llama3: wavelengths above originalMaxPositions over this are divided by the factor.'),
  highFrequencyFactor: z.number().positive().optional().describe('llama3: wavelengths below originalMaxPositions over this are kept.'),
  shortFactor: z.array(z.number().positive()).optional().describe('longrope: a divisor of each frequency, for sequences up to originalMaxPositions.'),
  longFactor: z.array(z.number().positive()).optional().describe('longrope: a divisor of each frequency, for longer sequences.'),
});

/** Shape of a new model; names and meanings as in a Hugging Face config of the family. */
export const architectureSchema = z.strictObject({
  family: z.enum(['mistral', 'llama', 'mixtral']).default('mistral').describe('Architecture: llama has no sliding window and may have biases; mixtral has experts.'),
  hiddenSize: positiveInteger.describe('Width of the residual stream (D).'),
  intermediateSize: positiveInteger.describe('Width within the feed-forward block (F).'),
  layers: positiveInteger.describe('Transformer blocks.').meta({ unit: 'layers' }),
  heads: positiveInteger.describe('Query heads of attention; hiddenSize is a multiple unless headSize is given.'),
  keyValueHeads: positiveInteger.describe('Key and value heads; a divisor of heads. Fewer than heads is grouped-query attention.'),
  headSize: positiveInteger.optional().describe('Size of one head; hiddenSize / heads when left out.'),
  maxPositions: positiveInteger.default(2048).describe('Longest sequence the model is made for.').meta({ unit: 'tokens' }),
  ropeTheta: z.number().positive().default(10000).describe('Base of the rotary position frequencies.'),
  ropeScaling: ropeScalingSchema.optional().describe('Stretch the rotary frequencies, as config.json of a checkpoint does; none when left out.'),
  slidingWindow: positiveInteger.nullable().default(null).describe('Positions a query sees back; null for all.').meta({ unit: 'tokens' }),
  normEpsilon: z.number().positive().default(1e-5).describe('Added to the mean square in RMS norm.'),
  tieEmbeddings: z.boolean().default(false).describe('Share the embedding with the output layer.'),
  attentionBias: z.boolean().optional().describe('Biases in the projections of attention; llama only.'),
  feedForwardBias: z.boolean().optional().describe('Biases in the feed-forward block; llama only.'),
  experts: expertsSchema.optional().describe('Experts of a mixtral; its defaults when left out.'),
  initialiserStd: z.number().positive().default(0.02).describe('Standard deviation of the initial weights.'),
});
export type Architecture = z.infer<typeof architectureSchema>;

const baseSchema = z.union([
  z.string().min(1).describe('Checkpoint folder, id of an earlier run, a step of the study, or a model of the Hugging Face Hub: hub:organisation/name, with @revision for another than main.'),
  z.strictObject({ new: architectureSchema.describe('Start from random weights of this shape.') }),
]);

export const optimiserSchema = z.strictObject({
  name: z.literal('adamw').default('adamw').describe('Optimiser: AdamW with decoupled weight decay.'),
  learningRate: z.number().positive().describe('Peak learning rate.'),
  beta1: fraction.default(0.9).describe('Decay of the first moment.'),
  beta2: fraction.default(0.95).describe('Decay of the second moment.'),
  epsilon: z.number().positive().default(1e-8).describe('Added to the root of the second moment.'),
  weightDecay: z.number().nonnegative().default(0.1).describe('Decoupled weight decay; norms and biases are never decayed.'),
  clipNorm: z.number().positive().nullable().default(1).describe('Largest global gradient norm; null for no clipping.'),
});

export const scheduleSchema = z.strictObject({
  kind: z.enum(['constant', 'cosine', 'linear', 'warmup-stable-decay']).default('constant').describe('Shape after the warm-up; warmup-stable-decay stays at the peak and decays at the end.'),
  warmupFraction: fraction.optional().describe('Linear warm-up over this fraction of all steps.').meta({ unit: 'fraction, 0 to 1' }),
  warmupSteps: nonNegativeInteger.optional().describe('Linear warm-up over this many steps.').meta({ unit: 'steps' }),
  warmupFrom: fraction.optional().describe('Learning rate of the first update, as a fraction of the peak: to re-warm a decayed model, what its run ended at; 0 is the warm-up of transformers, whose first update changes nothing. When left out the first update has its share, 1 / (warm-up steps + 1).').meta({ unit: 'fraction, 0 to 1' }),
  minimumFraction: fraction.default(0).describe('Learning rate at the end, as a fraction of the peak.').meta({ unit: 'fraction, 0 to 1' }),
  decayFraction: fraction.optional().describe('warmup-stable-decay: fraction of all steps the decay takes; 0.1 when left out.').meta({ unit: 'fraction, 0 to 1' }),
  decaySteps: nonNegativeInteger.optional().describe('warmup-stable-decay: steps the decay takes.').meta({ unit: 'steps' }),
  decayShape: z.enum(['cosine', 'linear', '1-sqrt']).optional().describe('warmup-stable-decay: how the learning rate falls; cosine when left out.'),
});

export const neftuneSchema = z.strictObject({
  alpha: z.number().positive().default(5).describe('Noise scale: embeddings get U(-1,1) * alpha / sqrt(L * d).'),
  lengthMode: z.enum(['example', 'padded']).default('example').describe('L is the length of the example, or, as in transformers, of the padded batch.'),
});

export const loraSchema = z.strictObject({
  rank: positiveInteger.default(16).describe('Width of the adapter (r).'),
  alpha: z.number().positive().default(32).describe('The adapter is scaled by alpha / rank.'),
  rankStabilised: z.boolean().default(false).describe('Scale by alpha / sqrt(rank) instead (rsLoRA).'),
  quantisation: z.enum(['nf4']).optional().describe('QLoRA: the frozen weights are held in 4-bit NormalFloat by bitsandbytes; engines trl and axolotl only.'),
  dropout: z.number().min(0).lt(1).default(0).describe('Fraction of the adapter\'s inputs set to zero in training.').meta({ unit: 'fraction, 0 to 1' }),
  targetModules: z.array(z.string().min(1)).min(1).default(['q_proj', 'k_proj', 'v_proj', 'o_proj', 'gate_proj', 'up_proj', 'down_proj'])
    .describe('Last names of the linear layers that get an adapter. Of the experts of a Mixtral: experts.gate_up_proj and experts.down_proj, or w1, w2 and w3; of its routers: gate.'),
});

/** What can compute; `preclinical doctor` says which of them this machine has. */
export const backendNames = ['wasm', 'cpu', 'tensorflow', 'webgpu'] as const;
export type BackendName = (typeof backendNames)[number];

/** How and where an engine that is not the embedded one runs. */
export const shardings = ['none', 'zero1', 'zero2', 'zero3', 'fsdp'] as const;
/** How weights, gradients and moments are divided between processes. */
export type Sharding = (typeof shardings)[number];

export const scaleoutSchema = z.strictObject({
  processes: positiveInteger.default(1).describe('Processes torchrun starts on each machine, one for each GPU. Every process learns its part of each update\'s rows.').meta({ unit: 'processes' }),
  sharding: z.enum(['auto', ...shardings]).default('none').describe('What processes share out between them instead of each keeping a whole copy. zero1: moments. zero2: and gradients. zero3, fsdp: and weights. zero1 to zero3 are DeepSpeed\'s, fsdp is PyTorch\'s FSDP2. auto: none where a copy fits by the estimate, else fsdp.'),
  gpu: z.strictObject({
    memoryGib: z.number().positive().describe('Memory of one GPU.').meta({ unit: 'GiB' }),
    teraflops: z.number().positive().optional().describe('What one GPU does in training, not at its peak: the time of an estimate follows from it.').meta({ unit: '10^12 floating-point operations a second' }),
  }).optional().describe('The GPUs the run is meant for, where they are not in this machine: what an estimate is held against.'),
  precision: z.enum(['auto', 'float32', 'bfloat16']).default('auto').describe('What is computed in: auto is bfloat16 on a GPU and float32 elsewhere.'),
  device: z.enum(['auto', 'gpu', 'cpu']).default('auto').describe('auto takes the GPU when PyTorch sees one, and says so when it sees none; gpu does not start without one; cpu never takes it.'),
  attention: z.enum(['sdpa', 'eager', 'flash_attention_2']).default('sdpa').describe('Kernel of attention, by its name in transformers. Each keeps documents of a row apart.'),
  python: z.string().min(1).optional().describe('Python interpreter with the engine\'s packages; when left out the editor\'s setting or PRECLINICAL_TRAINER_PYTHON, the environment chosen in the editor\'s Python extension, a virtual environment of the workspace, and PATH are tried.'),
  prefix: z.array(z.string().min(1)).default([]).describe('Words put before the command, such as those of a container: [apptainer, exec, --nv, image.sif].'),
  prologue: z.array(z.string().regex(/^[^\n]*$/, 'one line each')).default([]).describe('Lines of shell run before the command on each machine, and before that Python is asked what it has, such as ["module load cuda/12.4"].'),
  remote: remoteSchema.optional().describe('Start it on another machine, which sees the job folder too: a GPU server, or the login node of a cluster for Slurm.'),
  slurm: slurmSchema.optional().describe('Give the run to Slurm instead of starting it on this machine; slurm: {} takes what the cluster has set.'),
});
export type Scaleout = z.infer<typeof scaleoutSchema>;

/** The same keys where some of a run's are replaced: those that are not given have no value, not their default. */
export const scaleoutChangesSchema = z.strictObject(Object.fromEntries(Object.entries(scaleoutSchema.shape).map(([key, field]) => {
  const given: z.ZodType = field instanceof z.ZodDefault ? field.unwrap() as z.ZodType : field;
  return [key, given.optional().meta(field.meta() ?? {})];
})));

export const runSchema = z.strictObject({
  kind: z.literal('run').default('run').describe('Kind of this file: a training run.'),
  name: slug.describe('Name of the run; the id of its job folder ends in it.'),
  description: z.string().optional().describe('What it is for, in a sentence or two.'),
  stage: z.enum(['pretrain', 'finetune']).describe('pretrain: loss on every token. finetune: loss on the answers only.'),
  base: baseSchema.describe('What training starts from: a checkpoint folder, an earlier run, a step of the study, a model of the Hub, or a new model.'),
  data: filePath.describe('A *.mix.yaml, relative to this file.').meta({ files: '**/*.mix.yaml' }),
  seed: seed.default(1),
  engine: z.enum(['embedded', 'trl', 'axolotl']).optional().describe('Who trains: the engine of this program when left out, or TRL or Axolotl (PyTorch), started by torchrun, for models that are too large for it.'),
  scaleout: scaleoutSchema.optional().describe('How an engine other than the embedded one is started.'),
  backend: z.enum(['auto', ...backendNames]).default('auto').describe('What computes. tensorflow: NVIDIA GPUs, and natively on the CPU. webgpu: GPUs of any vendor. wasm: needs nothing installed. cpu: the plain reference. auto: tensorflow where it has a GPU, else wasm; the log says which.'),
  threads: positiveInteger.optional().describe('Threads of the wasm backend; when left out, all cores, which the steps of a study running side by side share. Losses are the same to the last bit for any number.').meta({ unit: 'threads' }),
  products: z.enum(['own', 'onnxruntime']).optional().describe('What computes large matrix products on the wasm backend. onnxruntime: the part of that name (preclinical doctor --install onnxruntime), two to four times as fast on processors with AVX-512, with losses that differ in their last bits. own when left out.'),
  relaxedSimd: z.boolean().optional().describe('Fused multiply-add on the wasm backend, where the Node has it: faster on some processors, but losses may then differ in the last bits between machines.'),
  batchSize: positiveInteger.describe('Sequences in one micro-batch.').meta({ unit: 'sequences' }),
  accumulationSteps: positiveInteger.default(1).describe('Micro-batches in one optimiser update.').meta({ unit: 'micro-batches' }),
  epochs: z.number().positive().default(1).describe('Passes over the mix as built.').meta({ unit: 'epochs' }),
  steps: positiveInteger.optional().describe('Optimiser updates; overrides epochs.').meta({ unit: 'steps' }),
  tokens: positiveInteger.optional().describe('Tokens to see, padding not counted, up to the row that reaches them; overrides epochs.').meta({ unit: 'tokens' }),
  optimiser: optimiserSchema.describe('How weights are updated.'),
  schedule: scheduleSchema.prefault({}).describe('Learning rate over the run.'),
  lora: loraSchema.optional().describe('Train a low-rank adapter beside frozen weights instead of the weights.'),
  neftune: neftuneSchema.optional().describe('Noise on the embeddings in training; never in evaluation or generation.'),
  packing: z.enum(['stream', 'best-fit', 'none']).optional().describe('How documents become sequences. stream: all one after the other, cut anywhere (for pretrain only). best-fit: whole documents, several to a sequence. none: one document a sequence, padded. When left out, stream for pretrain and none for finetune.'),
  crossDocumentAttention: z.boolean().default(false).describe('Let tokens see earlier documents of the same sequence; positions then run on.'),
  recomputeActivations: z.boolean().default(false).describe('Run each layer again in the backward pass instead of keeping what it computed: less memory, about a third more time, the same losses.'),
  checkpoints: z.strictObject({
    everySteps: positiveInteger.optional().describe('Steps between checkpoints; only at the end when left out.').meta({ unit: 'steps' }),
    everyMinutes: z.number().positive().default(5).describe('Most minutes of work a crash may cost.').meta({ unit: 'minutes' }),
    keep: positiveInteger.default(1).describe('Newest checkpoints kept; the last one always is.').meta({ unit: 'checkpoints' }),
    keepEverySteps: positiveInteger.optional().describe('Checkpoints at a multiple of this many steps are kept as well.').meta({ unit: 'steps' }),
    keepBest: slug.optional().describe('Held-out set; the checkpoint with the lowest loss on it is kept as well.'),
  }).prefault({}).describe('When the run can be gone on with from.'),
  heldOut: z.strictObject({
    everySteps: positiveInteger.optional().describe('Steps between measurements of held-out loss; a twentieth of the run when left out.').meta({ unit: 'steps' }),
    maximumTokens: positiveInteger.default(16384).describe('Tokens of each held-out set measured each time.').meta({ unit: 'tokens' }),
    forgettingThreshold: z.number().positive().default(0.05).describe('Rise of the loss on a held-out set of what the model is to keep, over its base\'s, from which forgetting is reported.').meta({ unit: 'fraction of the base\'s loss' }),
  }).prefault({}).describe('When the loss on the held-out sets of the mix is measured.'),
  logEverySteps: positiveInteger.default(1).describe('Steps between points of the training curves.').meta({ unit: 'steps' }),
});
export type Run = z.infer<typeof runSchema>;

/** Whether another engine than this program's own trains. */
export function trainsElsewhere({ engine = 'embedded' }: Pick<Run, 'engine'>): boolean {
  return engine !== 'embedded';
}

/** Processes of the whole run, over all its machines. */
export function processesOf({ processes, slurm }: Scaleout): number {
  return processes * (slurm?.nodes ?? 1);
}

/** Every value of how another engine is started. */
export function scaleoutOf({ scaleout }: Pick<Run, 'scaleout'>): Scaleout {
  return scaleout ?? scaleoutSchema.parse({});
}
