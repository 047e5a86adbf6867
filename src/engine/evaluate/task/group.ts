// Groups of tasks as lm-evaluation-harness has them (lm_eval/api/group.py): members by name, by tag or written out, also
// groups within groups, and the metrics that are averaged over all tasks beneath.
import { z } from 'zod';
import { userError } from '../../../base/errors/problem';
import { MemberFinder } from './find';
import { readHarnessYaml } from './harness-yaml';
import { metricNames, type MetricName } from './schema';
import { loadTask, type Task, type TaskPlace } from './task';

const aggregateSchema = z.strictObject({
  metric: z.enum(metricNames, { error: 'this engine scores acc, acc_norm and acc_bytes' }),
  aggregation: z.literal('mean').default('mean'),
  weight_by_size: z.boolean().default(true),
  filter_list: z.union([z.literal('none'), z.tuple([z.literal('none')])]).optional(),
});

type Member = string | { readonly task: string; readonly task_alias?: string | undefined; readonly [key: string]: unknown } | GroupConfig;

interface GroupConfig {
  readonly group: string;
  readonly group_alias?: string | undefined;
  readonly task: readonly Member[];
  readonly aggregate_metric_list: readonly z.infer<typeof aggregateSchema>[];
  readonly metadata?: { readonly version?: string | number | undefined } | undefined;
}

const groupSchema: z.ZodType<GroupConfig> = z.lazy(() => z.strictObject({
  group: z.string().min(1),
  group_alias: z.string().optional(),
  task: z.union([z.array(z.union([z.string().min(1), groupSchema, z.looseObject({ task: z.string().min(1), task_alias: z.string().optional() })])).min(1), z.string().min(1).transform((one) => [one])]),
  aggregate_metric_list: z.union([z.array(aggregateSchema), aggregateSchema.transform((one) => [one])]).default([]),
  metadata: z.looseObject({ version: z.union([z.string(), z.number()]).optional() }).optional(),
}));

export interface TaskGroup {
  readonly name: string;
  readonly alias: string;
  readonly file: string;
  /** Names of its members: tasks and groups. */
  readonly members: readonly string[];
  /** Names of all tasks beneath it. */
  readonly tasks: readonly string[];
  readonly aggregates: readonly { readonly metric: MetricName; readonly weightBySize: boolean }[];
  readonly version: string | number | undefined;
}

export interface TaskSet {
  readonly tasks: readonly Task[];
  /** A group comes after the groups within it. */
  readonly groups: readonly TaskGroup[];
  /** Task and group files, each once. */
  readonly files: readonly string[];
}

/** Reads files of tasks and of groups; a task that several of them name is there once. */
export async function loadTasks(files: readonly string[], place: TaskPlace = {}): Promise<TaskSet> {
  const set = new SetReader(place);
  for (const file of files) await set.readFile(file, {}, []);
  return { tasks: [...set.tasks.values()], groups: [...set.groups.values()], files: [...set.files] };
}

type TaskOverrides = Readonly<Record<string, unknown>>;

class SetReader {
  readonly tasks = new Map<string, Task>();
  readonly groups = new Map<string, TaskGroup>();
  readonly files = new Set<string>();

  constructor(private readonly place: TaskPlace) {}

  /** @returns name of the task or group in the file. @param within files of the groups this one is in. */
  async readFile(file: string, overrides: TaskOverrides, within: readonly string[]): Promise<string> {
    this.files.add(file);
    if (await isGroup(file)) {
      if (within.includes(file)) throw userError({ code: 'group-circle', file, key: 'task', message: 'this group is within itself', next: 'Remove it from its own tasks.' });
      return this.#addGroup(await readHarnessYaml(file, groupSchema), file, new MemberFinder(file), [...within, file]);
    }
    const key = `${file}\n${JSON.stringify(overrides)}`;
    const task = this.tasks.get(key) ?? await loadTask(file, { ...this.place, overrides });
    this.tasks.set(key, task);
    return task.name;
  }

  async #addGroup(config: GroupConfig, file: string, finder: MemberFinder, within: readonly string[]): Promise<string> {
    const members: string[] = [];
    for (const member of config.task) members.push(...await this.#readMember(member, file, finder, within));
    const tasks = [...new Set(members.flatMap((name) => this.groups.get(name)?.tasks ?? [name]))];
    this.groups.set(config.group, {
      name: config.group, alias: config.group_alias ?? config.group, file, members, tasks, version: config.metadata?.version,
      aggregates: config.aggregate_metric_list.map(({ metric, weight_by_size }) => ({ metric, weightBySize: weight_by_size })),
    });
    return config.group;
  }

  async #readMember(member: Member, file: string, finder: MemberFinder, within: readonly string[]): Promise<string[]> {
    if (typeof member === 'object' && 'group' in member) return [await this.#addGroup(member as GroupConfig, file, finder, within)];
    const { task: name, ...overrides } = typeof member === 'string' ? { task: member } : member as { readonly task: string };
    const names: string[] = [];
    for (const one of finder.find(name)) names.push(await this.readFile(one, overrides, within));
    return names;
  }
}

async function isGroup(file: string): Promise<boolean> {
  return (await readHarnessYaml(file, z.looseObject({ group: z.string().optional() })))['group'] !== undefined;
}
