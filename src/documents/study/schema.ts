// *.study.yaml: a graph of mixes, runs, evaluations and prompt experiments with one primary metric named beforehand.
import { z } from 'zod';
import { filePath, nonNegativeInteger, positiveInteger, slug } from '../common/fields';

const after = z.array(slug).default([]).describe('Steps that must be done first, beside those this step names.');
const overrides = z.record(z.string(), z.unknown()).default({}).describe('Values that replace those of the file, by dotted key.');

const mixStep = z.strictObject({ mix: filePath, after });
const runStep = z.strictObject({
  run: filePath,
  base: slug.optional().describe('Step whose last checkpoint this run starts from.'),
  seed: nonNegativeInteger.optional().describe('Replaces the run file\'s seed.'),
  set: overrides,
  after,
});
export const evaluationSettings = z.strictObject({
  tasks: z.array(filePath).min(1).describe('Task files.'),
  limit: positiveInteger.optional().describe('First questions of each task only.'),
});
const evaluateStep = z.strictObject({
  evaluate: evaluationSettings,
  of: slug.describe('Step whose last checkpoint is evaluated.'),
  after,
});
const promptStep = z.strictObject({ prompt: filePath, of: slug, after });

export const stepSchema = z.union([mixStep, runStep, evaluateStep, promptStep]);
export type StudyStep = z.infer<typeof stepSchema>;

export const studySchema = z.strictObject({
  kind: z.literal('study').default('study'),
  name: slug,
  description: z.string().optional(),
  primaryMetric: z.strictObject({
    task: z.string().min(1).describe('Name of the task, as its task file says.'),
    metric: z.enum(['acc', 'acc_norm']),
  }).describe('The one number the study is about, named before it runs.'),
  parallel: positiveInteger.default(2).describe('Steps run side by side, each single-threaded.'),
  steps: z.record(slug, stepSchema),
  grid: z.strictObject({
    rows: z.record(slug, z.string()).describe('Title of each row by its name.'),
    columns: z.record(slug, z.string()).describe('Title of each column by its name.'),
    cells: z.record(slug, z.record(slug, slug)).describe('Row, column → the training step of that cell.'),
    base: slug.describe('Training step every delta to base is taken against.'),
  }).optional().describe('How the report lays the runs out.'),
  interaction: z.strictObject({
    treated: slug, treatedParent: slug, control: slug, controlParent: slug,
  }).optional().describe('(treated − treatedParent) − (control − controlParent), each a training step.'),
  comparison: z.array(z.strictObject({ better: slug, than: slug, because: z.string() })).default([])
    .describe('Paired comparisons on the primary metric that the study sets out to make.'),
});
export type Study = z.infer<typeof studySchema>;
