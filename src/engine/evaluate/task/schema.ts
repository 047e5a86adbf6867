// A task file: YAML in lm-evaluation-harness's own terms (lm_eval/config/task.py, TaskConfig), the part of it that
// scores multiple-choice questions by likelihood. Names stay as the harness spells them, so that one file serves both.
import { z } from 'zod';
import { nonNegativeInteger } from '../../../documents/common/fields';

const files = z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]);
/** Python's None, as task files write it, is the same as leaving a split out. */
const split = z.string().nullish().transform((name) => name ?? undefined);
const notHere = z.never({ error: 'lm-evaluation-harness knows this key, this engine does not' }).optional();

export const metricNames = ['acc', 'acc_norm', 'acc_bytes'] as const;
export type MetricName = (typeof metricNames)[number];

const metricSchema = z.object({
  metric: z.enum(metricNames, { error: 'this engine scores acc, acc_norm and acc_bytes' }),
  aggregation: z.literal('mean').optional(),
  higher_is_better: z.literal(true).optional(),
});

const choices = z.union([z.string().min(1), z.array(z.string()).min(1), z.record(z.string(), z.string())]);
const target = z.union([z.string().min(1), z.number().int()]);

/** How the examples are chosen; the rest overrides the task's own keys for the examples. */
const fewshotSchema = z.strictObject({
  sampler: z.enum(['first_n', 'default'], { error: 'lm-evaluation-harness has the samplers default and first_n' }).default('default'),
  split: z.string().optional(),
  samples: z.array(z.record(z.string(), z.unknown())).optional(),
  fewshot_indices: z.array(nonNegativeInteger).min(1).optional(),
  doc_to_text: z.string().optional(),
  doc_to_choice: choices.optional(),
  doc_to_target: target.optional(),
  target_delimiter: z.string().optional(),
  fewshot_delimiter: z.string().optional(),
});

export const taskSchema = z.strictObject({
  task: z.string().min(1).describe('Name under which results are kept.'),
  task_alias: z.string().optional(),
  tag: z.union([z.string(), z.array(z.string())]).optional(),
  dataset_path: z.string().min(1).describe('A question file relative to this one, or `json` with dataset_kwargs.data_files.'),
  dataset_name: z.string().nullish(),
  dataset_kwargs: z.looseObject({ data_files: z.union([files, z.record(z.string(), files)]).optional() }).nullish(),
  training_split: split,
  validation_split: split,
  test_split: split,
  fewshot_split: split,
  output_type: z.literal('multiple_choice', { error: 'this engine scores multiple_choice tasks' }),
  doc_to_text: z.string(),
  doc_to_choice: choices,
  doc_to_target: target,
  description: z.string().default(''),
  target_delimiter: z.string().default(' '),
  fewshot_delimiter: z.string().default('\n\n'),
  fewshot_config: fewshotSchema.optional(),
  num_fewshot: nonNegativeInteger.optional().describe('Examples before each question. A 0 stands whatever the command line asks for.'),
  metric_list: z.array(metricSchema).min(1).default([{ metric: 'acc' }, { metric: 'acc_norm' }]),
  should_decontaminate: z.boolean().optional(),
  doc_to_decontamination_query: z.string().optional(),
  metadata: z.looseObject({ version: z.union([z.string(), z.number()]).optional() }).optional(),
  repeats: z.literal(1).optional(),
  custom_dataset: notHere, process_docs: notHere, process_results: notHere, use_prompt: notHere, filter_list: notHere,
  generation_kwargs: notHere, gen_prefix: notHere, doc_to_image: notHere, doc_to_audio: notHere, unsafe_code: notHere,
});
export type TaskConfig = z.infer<typeof taskSchema>;
