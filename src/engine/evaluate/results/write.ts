// Writes results in lm-evaluation-harness's layout: samples first, the summary last, so that a summary is never without
// its samples. Keys are those of lm_eval/result_schema.py; `preclinical` holds what the harness has no key for.
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { formatProblem } from '../../../base/errors/problem';
import type { Estimate } from '../../../base/math/statistics';
import { writeFileAtomic } from '../../../runs/files/atomic';
import { sampleFileName } from '../../../runs/results';
import { sha256 } from '../documents';
import type { EvaluationResults, GroupResults, ItemResult, TaskResults } from '../evaluate';
import { defaultFewshotSeed, type PromptSettings } from '../prompt/settings';
import { fileTime, pythonFloat, resultFileName, resultsFolder, sanitiseModelName } from './layout';

export interface WriteSettings {
  readonly startedMs: number;
  readonly finishedMs: number;
  /** Folder of the checkpoint as the job file names it. */
  readonly checkpoint: string;
  readonly version: string;
}

/** @returns the summary's path. */
export async function writeResults(jobFolder: string, results: EvaluationResults, settings: WriteSettings): Promise<string> {
  const time = fileTime(settings.finishedMs);
  const folder = path.join(resultsFolder(jobFolder), sanitiseModelName(results.model.name));
  await mkdir(folder, { recursive: true, mode: 0o700 });
  for (const task of results.tasks) {
    const rows = task.items.map((item) => JSON.stringify(sampleRow(task, item)));
    await writeFileAtomic(path.join(folder, sampleFileName(task.task.name, time)), `${rows.join('\n')}\n`);
  }
  const file = path.join(folder, resultFileName(time));
  await writeFileAtomic(file, `${JSON.stringify(summary(results, settings), undefined, 2)}\n`);
  return file;
}

function sampleRow({ task }: TaskResults, item: ItemResult): Record<string, unknown> {
  const metrics = task.config.metric_list.map(({ metric }) => metric);
  const responses = item.results.map((one) => [pythonFloat(one.logLikelihood), one.isGreedy ? 'True' : 'False']);
  return {
    doc_id: item.docId,
    doc: item.document,
    target: String(item.target),
    arguments: Object.fromEntries(item.continuations.map((continuation, index) =>
      [`gen_args_${index}`, { arg_0: item.context, arg_1: continuation }])),
    resps: responses.map((response) => [response]),
    filtered_resps: responses,
    filter: 'none',
    metrics,
    doc_hash: item.docHash,
    prompt_hash: sha256(item.context),
    target_hash: sha256(String(item.target)),
    ...Object.fromEntries(metrics.map((metric) => [metric, item.scores[metric]])),
  };
}

function summary(results: EvaluationResults, settings: WriteSettings): Record<string, unknown> {
  const byTask = <T>(value: (task: TaskResults) => T): Record<string, T> =>
    Object.fromEntries(results.tasks.map((task) => [task.task.name, value(task)]));
  const groups = Object.fromEntries(results.groups.map((one) => [one.group.name, groupMetrics(one, results.tasks)]));
  return {
    results: { ...byTask(metricsOf), ...groups },
    ...(results.groups.length === 0 ? {} : { groups }),
    group_subtasks: { ...Object.fromEntries(results.groups.map(({ group }) => [group.name, group.members])), ...byTask(() => []) },
    configs: byTask(({ task }) => task.config),
    versions: byTask(({ task }) => task.config.metadata?.version ?? 'Yaml'),
    'n-shot': byTask(({ fewshotCount }) => fewshotCount),
    higher_is_better: byTask(({ task }) => Object.fromEntries(task.config.metric_list.map(({ metric }) => [metric, true]))),
    'n-samples': byTask((task) => ({ original: task.originalCount, effective: task.items.length })),
    config: { model: 'preclinical', model_args: { checkpoint: settings.checkpoint }, model_sha: results.model.hash, limit: results.limit ?? null, bootstrap_iters: 0, fewshot_seed: results.prompt.fewshotSeed ?? defaultFewshotSeed },
    git_hash: null,
    date: settings.startedMs / 1000,
    model_source: 'preclinical',
    model_name: results.model.name,
    model_name_sanitized: sanitiseModelName(results.model.name),
    ...promptOf(results.prompt),
    task_hashes: byTask(({ items }) => sha256(items.map((item) => item.docHash + sha256(item.context) + sha256(String(item.target))).join(''))),
    total_evaluation_time_seconds: String((settings.finishedMs - settings.startedMs) / 1000),
    preclinical: {
      schema: 1,
      version: settings.version,
      modelHash: results.model.hash,
      setAside: byTask((task) => task.setAside.map(formatProblem)),
    },
  };
}

function promptOf({ systemInstruction, chat }: PromptSettings): Record<string, unknown> {
  return {
    system_instruction: systemInstruction ?? null,
    system_instruction_sha: systemInstruction === undefined ? null : sha256(systemInstruction),
    fewshot_as_multiturn: chat?.asMultiturn ?? false,
    chat_template: chat?.template ?? null,
    chat_template_sha: chat ? sha256(chat.template) : null,
  };
}

function groupMetrics({ group, metrics }: GroupResults, tasks: readonly TaskResults[]): Record<string, unknown> {
  const sampleLength = tasks.filter(({ task }) => group.tasks.includes(task.name)).reduce((total, { items }) => total + items.length, 0);
  return { name: group.name, alias: group.alias, sample_len: sampleLength, ...metricKeys(metrics) };
}

function metricsOf({ task, items, metrics }: TaskResults): Record<string, unknown> {
  return { name: task.name, alias: task.config.task_alias ?? task.name, sample_len: items.length, ...metricKeys(metrics) };
}

function metricKeys(metrics: TaskResults['metrics']): Record<string, unknown> {
  const pairs = Object.entries(metrics).flatMap(([name, estimate]: [string, Estimate]) =>
    [[`${name},none`, estimate.value], [`${name}_stderr,none`, estimate.standardError ?? 'N/A']]);
  return Object.fromEntries(pairs) as Record<string, unknown>;
}
