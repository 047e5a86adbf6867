// *.study.yaml: a graph of mixes, runs, evaluations and prompt experiments with one primary metric named beforehand.
import { z } from 'zod';
import { filePath, nonNegativeInteger, positiveInteger, slug } from '../common/fields';
import { scaleoutChangesSchema } from '../run/schema';

const after = z.array(slug).default([]).describe('Steps that must be done first, beside those this step names.');
const overrides = z.record(z.string(), z.unknown()).default({}).describe('Values that replace those of the file, by dotted key.');

const mixStep = z.strictObject({ mix: filePath.describe('The *.mix.yaml to build, relative to this file.').meta({ files: '**/*.mix.yaml' }), after });
const runStep = z.strictObject({
  run: filePath.describe('The *.run.yaml to train, relative to this file.').meta({ files: '**/*.run.yaml' }),
  base: slug.optional().describe('Step whose last checkpoint this run starts from.'),
  seed: nonNegativeInteger.optional().describe('Replaces the run file\'s seed.'),
  set: overrides,
  after,
});
export const evaluationSettings = z.strictObject({
  tasks: z.array(filePath.meta({ files: '**/tasks/*.yaml' })).min(1).describe('Files of tasks and groups, or names of known ones such as multimedqa.'),
  data: filePath.optional().describe('Folder of the question files of known tasks, relative to this file. Left out, they come from the Hugging Face Hub.'),
  limit: positiveInteger.optional().describe('First questions of each task only.').meta({ unit: 'questions' }),
  numFewshot: nonNegativeInteger.optional().describe('Examples before each question, for tasks that do not set 0 themselves.').meta({ unit: 'examples' }),
  fewshotSeed: nonNegativeInteger.optional().describe('Seed of examples that are drawn; 1234 when left out, as in lm-evaluation-harness.'),
  systemInstruction: z.string().min(1).optional().describe('Said before everything else.'),
  applyChatTemplate: z.boolean().default(false).describe("Render prompts with the model's chat template."),
  fewshotAsMultiturn: z.boolean().default(true).describe('With a chat template: each example is a turn of its own.'),
  rotateOptions: z.boolean().default(false).describe('Ask every question once with each option in each place, to see what the order of the options decides.'),
  engine: z.enum(['embedded', 'lm-eval']).optional().describe('Who scores: this program, which is the default, or lm-evaluation-harness in a Python of yours.'),
  scaleout: scaleoutChangesSchema.optional().describe('How lm-evaluation-harness is started; what is left out is as for the run that made the checkpoint.'),
});
export type EvaluationSettings = z.infer<typeof evaluationSettings>;
const evaluateStep = z.strictObject({
  evaluate: evaluationSettings.describe('What the checkpoint is asked.'),
  of: slug.describe('Step whose last checkpoint is evaluated.'),
  after,
});
const promptStep = z.strictObject({ prompt: filePath.describe('The *.cot to run, relative to this file.').meta({ files: '**/*.cot' }), of: slug.describe('Step whose last checkpoint is prompted.'), after });

export const stepSchema = z.union([mixStep, runStep, evaluateStep, promptStep]);
export type StudyStep = z.infer<typeof stepSchema>;

/** One step is one run; several are the seeds of a method. */
const seedSteps = z.union([slug, z.array(slug).min(2)]);

export const studySchema = z.strictObject({
  kind: z.literal('study').default('study').describe('Kind of this file: a study.'),
  name: slug.describe('Name of the study; the id of its job folder ends in it.'),
  description: z.string().optional().describe('What it is for, in a sentence or two.'),
  primaryMetric: z.strictObject({
    task: z.string().min(1).describe('Name of the task, as its task file says.'),
    metric: z.enum(['acc', 'acc_norm']).describe('acc: the most likely option is right. acc_norm: the same with likelihood per character.'),
  }).describe('The one number the study is about, named before it runs.'),
  parallel: positiveInteger.default(2).describe('Steps run side by side; they share the cores evenly.').meta({ unit: 'steps' }),
  steps: z.record(slug, stepSchema).describe('What is to be done, by name: build a mix, train a run, evaluate or prompt a step\'s checkpoint.'),
  grid: z.strictObject({
    rows: z.record(slug, z.string()).describe('Title of each row by its name.'),
    columns: z.record(slug, z.string()).describe('Title of each column by its name.'),
    cells: z.record(slug, z.record(slug, seedSteps)).describe('Row, column → the training step of that cell, or those of its seeds.'),
    base: seedSteps.describe('Training step every delta to base is taken against, or those of its seeds, in the order of the cells\'.'),
  }).optional().describe('How the report lays the runs out.'),
  interaction: z.strictObject({
    treated: slug.describe('Training step after the treatment.'),
    treatedParent: slug.describe('Training step it starts from.'),
    control: slug.describe('The same step without the treatment.'),
    controlParent: slug.describe('Training step the control starts from.'),
  }).optional().describe('(treated − treatedParent) − (control − controlParent), each a training step.'),
  comparison: z.array(z.strictObject({ better: seedSteps.describe('Training step expected to do better, or those of its seeds.'), than: seedSteps.describe('Training step it is compared with, or those of its seeds, in the same order.'), because: z.string().describe('Why, said beforehand.') })).default([])
    .describe('Paired comparisons on the primary metric that the study sets out to make; of a list of steps on each side, over seeds and questions.'),
});
export type Study = z.infer<typeof studySchema>;
