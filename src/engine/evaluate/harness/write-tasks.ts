// Tasks as lm-evaluation-harness itself can read them: a file each that names its questions as JSON lines beside it, in the
// form its templates are written for, so that both score the same questions.
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { stringify } from 'yaml';
import { privateFolderMode, writeFileAtomic } from '../../../runs/files/atomic';
import { loadSplit } from '../documents';
import type { TaskGroup, TaskSet } from '../task/group';
import type { Task } from '../task/task';

/** @returns names for `--tasks`: groups that are in no other, and tasks that are in no group. */
export async function writeHarnessTasks({ tasks, groups }: Pick<TaskSet, 'tasks' | 'groups'>, folder: string): Promise<string[]> {
  await mkdir(folder, { recursive: true, mode: privateFolderMode });
  for (const task of tasks) await writeTask(task, folder);
  for (const group of groups) await writeYaml(path.join(folder, `${group.name}.yaml`), groupConfig(group));
  const members = new Set(groups.flatMap((group) => [...group.members, ...group.tasks]));
  return [...groups, ...tasks].map(({ name }) => name).filter((name) => !members.has(name));
}

async function writeTask(task: Task, folder: string): Promise<void> {
  const files: Record<string, string> = {};
  for (const split of task.splits.keys()) {
    const file = path.join(folder, `${task.name}-${split}.jsonl`);
    const { documents } = await loadSplit(task, split);
    await writeFileAtomic(file, documents.map(({ document }) => `${JSON.stringify(document)}\n`).join(''));
    files[split] = file;
  }
  await writeYaml(path.join(folder, `${task.name}.yaml`), { ...task.config, dataset_path: 'json', dataset_name: undefined, dataset_kwargs: { data_files: files }, test_split: task.scoredSplit });
}

function groupConfig({ name, alias, members, aggregates, version }: TaskGroup): Record<string, unknown> {
  return {
    group: name, group_alias: alias, task: members,
    aggregate_metric_list: aggregates.map(({ metric, weightBySize }) => ({ metric, aggregation: 'mean', weight_by_size: weightBySize })),
    ...(version === undefined ? {} : { metadata: { version } }),
  };
}

async function writeYaml(file: string, value: Readonly<Record<string, unknown>>): Promise<void> {
  // PyYAML reads YAML 1.1, where a bare no is false. A member of a group may be the group's own list elsewhere: no aliases.
  await writeFileAtomic(file, stringify(value, { version: '1.1', aliasDuplicateObjects: false }));
}
