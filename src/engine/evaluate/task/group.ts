// A group of tasks as lm-evaluation-harness has it (lm_eval/api/group.py): its tasks by name, and the metrics that are
// averaged over them.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { userError } from '../../../base/errors/problem';
import { mediaPath } from '../../parts/assets';
import { readHarnessYaml } from './harness-yaml';
import { metricNames, type MetricName } from './schema';
import { loadTask, type Task, type TaskPlace } from './task';

const memberSchema = z.union([z.string().min(1), z.strictObject({ task: z.string().min(1), task_alias: z.string().optional() })]);

const groupSchema = z.strictObject({
  group: z.string().min(1),
  group_alias: z.string().optional(),
  task: z.array(memberSchema).min(1),
  aggregate_metric_list: z.array(z.strictObject({
    metric: z.enum(metricNames, { error: 'this engine scores acc, acc_norm and acc_bytes' }),
    aggregation: z.literal('mean').default('mean'),
    weight_by_size: z.boolean().default(true),
    filter_list: z.union([z.literal('none'), z.tuple([z.literal('none')])]).optional(),
  })).default([]),
  metadata: z.looseObject({ version: z.union([z.string(), z.number()]).optional() }).optional(),
});

export interface TaskGroup {
  readonly name: string;
  readonly alias: string;
  readonly file: string;
  /** Names of its tasks. */
  readonly tasks: readonly string[];
  readonly aggregates: readonly { readonly metric: MetricName; readonly weightBySize: boolean }[];
  readonly version: string | number | undefined;
}

export interface TaskSet {
  readonly tasks: readonly Task[];
  readonly groups: readonly TaskGroup[];
  /** Task and group files, each once. */
  readonly files: readonly string[];
}

/** Reads files of tasks and of groups; a task that several of them name is there once. */
export async function loadTasks(files: readonly string[], place: TaskPlace = {}): Promise<TaskSet> {
  const tasks = new Map<string, Task>();
  const groups: TaskGroup[] = [];
  for (const file of files) {
    if (!await isGroup(file)) {
      if (!tasks.has(file)) tasks.set(file, await loadTask(file, place));
      continue;
    }
    const config = await readHarnessYaml(file, groupSchema);
    const members: string[] = [];
    for (const member of config.task) {
      const { task: name, task_alias: alias } = typeof member === 'string' ? { task: member } : member;
      const memberFile = findMember(file, name);
      const task = await loadTask(memberFile, { ...place, ...(alias === undefined ? {} : { alias }) });
      tasks.set(memberFile, task);
      members.push(task.name);
    }
    groups.push({
      name: config.group, alias: config.group_alias ?? config.group, file, tasks: members, version: config.metadata?.version,
      aggregates: config.aggregate_metric_list.map(({ metric, weight_by_size }) => ({ metric, weightBySize: weight_by_size })),
    });
  }
  return { tasks: [...tasks.values()], groups, files: [...new Set([...files, ...tasks.keys()])] };
}

/** File of a task or group that comes with Preclinical; undefined when none has this name. */
export function knownTaskFile(name: string): string | undefined {
  const file = mediaPath('tasks', 'known', `${name}.yaml`);
  return /^[a-z]\w*$/.test(name) && existsSync(file) ? file : undefined;
}

async function isGroup(file: string): Promise<boolean> {
  return (await readHarnessYaml(file, z.looseObject({ group: z.string().optional() })))['group'] !== undefined;
}

/** Beside the group's file, else among the known tasks. */
function findMember(groupFile: string, name: string): string {
  const beside = path.join(path.dirname(groupFile), `${name}.yaml`);
  const file = existsSync(beside) ? beside : knownTaskFile(name);
  if (file !== undefined) return file;
  throw userError({ code: 'group-unknown-task', file: groupFile, key: 'task', value: name, message: 'there is no task of this name', next: `Put ${name}.yaml beside this file.` });
}
