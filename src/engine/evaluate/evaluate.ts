// Scores the tasks with a model, many questions at a time, longest first as in lm-evaluation-harness so that those handed
// over together are of like length. Every score goes through the cache.
import { userError, type Problem } from '../../base/errors/problem';
import { estimateMean, type Estimate } from '../../base/math/statistics';
import type { LikelihoodModel, LikelihoodRequest, LikelihoodResult } from '../inference/interfaces';
import { ScoreCache, scoreKey } from './cache';
import { groupScores } from './group-scores';
import { prepareItems, type Item, type PreparedItems } from './items';
import type { PromptSettings } from './prompt/settings';
import { canRotate, optionsNotRotated, rotatedTask } from './rotate';
import { scoreItem, type ItemScores } from './score';
import type { TaskGroup } from './task/group';
import type { MetricName } from './task/schema';
import type { Task } from './task/task';

export interface EvaluateOptions {
  /** First questions of each task only. */
  readonly limit?: number;
  readonly prompt?: PromptSettings;
  /** Asks every question also with its options in every other order that moves them on in a circle, as tasks of their own. */
  readonly rotateOptions?: boolean;
  /** Groups that some of the tasks form. */
  readonly groups?: readonly TaskGroup[];
  /** File that keeps every score; an evaluation that finds one goes on from it. */
  readonly cacheFile?: string;
  /** Such files of other evaluations: what is scored there is not scored again. */
  readonly otherCacheFiles?: readonly string[];
  readonly signal?: AbortSignal;
  readonly questionsPerBatch?: number;
  readonly onProgress?: (progress: { readonly task: string; readonly done: number; readonly total: number }) => void;
  /** Called between batches, and now and then within them; may throw Stopped. */
  readonly betweenBatches?: () => void;
  /** Records set aside and other things the user should know, before the task is scored. */
  readonly onPrepared?: (task: Task, prepared: PreparedItems) => void;
}

export interface ItemResult extends Item {
  readonly results: readonly LikelihoodResult[];
  readonly scores: ItemScores;
}

export interface TaskResults {
  readonly task: Task;
  readonly items: readonly ItemResult[];
  readonly metrics: Readonly<Partial<Record<MetricName, Estimate>>>;
  readonly originalCount: number;
  /** Examples before each question. */
  readonly fewshotCount: number;
  readonly setAside: readonly Problem[];
}

export interface EvaluationResults {
  readonly model: LikelihoodModel['identity'];
  readonly tasks: readonly TaskResults[];
  readonly limit: number | undefined;
  readonly prompt: PromptSettings;
  readonly groups: readonly GroupResults[];
}

export interface GroupResults {
  readonly group: TaskGroup;
  readonly metrics: Readonly<Partial<Record<MetricName, Estimate>>>;
}

export async function evaluateTasks(model: LikelihoodModel, tasks: readonly Task[], options: EvaluateOptions = {}): Promise<EvaluationResults> {
  refuseEqualNames(tasks);
  const cache = new ScoreCache(options.cacheFile, options.otherCacheFiles);
  try {
    const results: TaskResults[] = [];
    for (const task of tasks) {
      results.push(await evaluateTask(model, task, cache, options));
      if (options.rotateOptions) for (const [rotated, rotation] of await rotatedTasks(task, options)) results.push(await evaluateTask(model, rotated, cache, options, rotation));
    }
    const groups = (options.groups ?? []).map((group) =>
      ({ group, metrics: groupScores(group, (name) => results.find(({ task }) => task.name === name)?.metrics) }));
    return { model: model.identity, tasks: results, limit: options.limit, prompt: options.prompt ?? {}, groups };
  } finally {
    cache.close();
  }
}

/** Handed to the model at once: it finds among them what they share, and holds their tokens. */
const questionsAtOnce = 256;
/** Scores after which progress is told and a stop is listened to. */
const scoresBetweenTellings = 100;

async function evaluateTask(model: LikelihoodModel, task: Task, cache: ScoreCache, options: EvaluateOptions, rotateBy = 0): Promise<TaskResults> {
  const prepared = await prepareItems(task, options.limit, options.prompt, rotateBy);
  if (rotateBy === 0) options.onPrepared?.(task, prepared);
  const { items } = prepared;
  const longestFirst = [...items].sort((a, b) => b.context.length - a.context.length);
  const batchSize = options.questionsPerBatch ?? questionsAtOnce;
  const scored = new Map<number, readonly LikelihoodResult[]>();
  for (let start = 0; start < longestFirst.length; start += batchSize) {
    options.betweenBatches?.();
    const batch = longestFirst.slice(start, start + batchSize);
    await scoreBatch(model, task, batch, cache, options.signal, (share) => {
      options.onProgress?.({ task: task.name, done: scored.size + Math.floor(share * batch.length), total: items.length });
      options.betweenBatches?.();
    });
    for (const item of batch) scored.set(item.docId, resultsOf(model, task, item, cache));
    options.onProgress?.({ task: task.name, done: scored.size, total: items.length });
  }
  const results = items.map((item): ItemResult => {
    const likelihoods = scored.get(item.docId)!;
    return { ...item, results: likelihoods, scores: scoreItem(likelihoods.map((one) => one.logLikelihood), item.choices, item.gold) };
  });
  const metrics = Object.fromEntries(task.config.metric_list.map(({ metric }) => [metric, estimateMean(results.map((item) => item.scores[metric]))]));
  return { task, items: results, metrics, originalCount: prepared.originalCount, fewshotCount: prepared.fewshotCount, setAside: prepared.setAside };
}

/** One for every place its options can be moved on by; none, which is said, when their order shows in no prompt. */
async function rotatedTasks(task: Task, options: EvaluateOptions): Promise<(readonly [Task, number])[]> {
  const prepared = await prepareItems(task, options.limit, options.prompt);
  if (!canRotate(task, prepared.items)) {
    options.onPrepared?.(task, { ...prepared, setAside: [], warnings: [], notices: [optionsNotRotated(task)] });
    return [];
  }
  const most = Math.max(...prepared.items.map(({ choices }) => choices.length));
  return Array.from({ length: most - 1 }, (_, index) => [rotatedTask(task, index + 1), index + 1] as const);
}

/** Puts the scores of a batch into the cache, asking the model only for those that are not there. */
async function scoreBatch(
  model: LikelihoodModel, task: Task, batch: readonly Item[], cache: ScoreCache, signal: AbortSignal | undefined, told: (share: number) => void,
): Promise<void> {
  const wanted = new Map<string, LikelihoodRequest>();
  for (const { context, continuations } of batch) {
    for (const continuation of continuations) {
      const key = scoreKey(model.identity.hash, task.name, context, continuation);
      if (!cache.get(key)) wanted.set(key, { context, continuation });
    }
  }
  if (wanted.size === 0) return;
  const keys = [...wanted.keys()];
  const keep = (index: number, result: LikelihoodResult): void => {
    if (Number.isNaN(result.logLikelihood)) throw notANumber(model, task);
    cache.put(keys[index]!, result);
  };
  let done = 0;
  const onDone = (index: number, result: LikelihoodResult): void => {
    keep(index, result);
    done += 1;
    if (done % scoresBetweenTellings === 0 && done < keys.length) told(done / keys.length);
  };
  const results = await model.logLikelihood([...wanted.values()], { ...(signal ? { signal } : {}), onDone });
  for (const [index, result] of results.entries()) keep(index, result);
}

function resultsOf(model: LikelihoodModel, task: Task, { context, continuations }: Item, cache: ScoreCache): LikelihoodResult[] {
  return continuations.map((continuation) => cache.get(scoreKey(model.identity.hash, task.name, context, continuation))!);
}

function notANumber(model: LikelihoodModel, task: Task): Error {
  return userError({
    code: 'likelihood-not-a-number', file: task.file, value: 'NaN', message: `the model ${model.identity.name} gives log-likelihoods that are not numbers`,
    next: 'Its training probably diverged: look at its loss and gradient norm, and evaluate an earlier checkpoint.',
  });
}

function refuseEqualNames(tasks: readonly Task[]): void {
  const seen = new Map<string, Task>();
  for (const task of tasks) {
    const other = seen.get(task.name);
    if (other) throw userError({ code: 'task-name-twice', file: task.file, key: 'task', value: task.name, message: `${other.file} has this name too`, next: 'Give each task its own name.' });
    seen.set(task.name, task);
  }
}
