// The examples shown before a question, chosen as lm-evaluation-harness chooses them (lm_eval/api/samplers.py and
// fewshot_docs in lm_eval/api/task.py, version 0.4.13): the same ones, in the same order, with the same seed.
import { userError, type Problem } from '../../../base/errors/problem';
import { PythonRandom } from '../../../base/math/python-random';
import { documentHash, loadSplit } from '../documents';
import type { TaskDocument } from '../task/fields';
import type { Task } from '../task/task';
import { defaultFewshotSeed, type PromptSettings } from './settings';

interface Example { readonly document: TaskDocument; readonly hash: string }

export interface Shots {
  readonly count: number;
  /** Examples for the next question, in the order they are shown. Draws depend on the questions asked for before. */
  next(docHash: string): readonly TaskDocument[];
  /** What the user should know of the examples. */
  readonly warnings: readonly Problem[];
}

/** A count of 0 in the task file stands, whatever is asked for. */
export function fewshotCount(task: Task, settings: PromptSettings): number {
  const own = task.config.num_fewshot;
  return own === 0 ? 0 : settings.fewshotCount ?? own ?? 0;
}

export async function openShots(task: Task, settings: PromptSettings): Promise<Shots> {
  const count = fewshotCount(task, settings);
  if (count === 0) return { count, next: () => [], warnings: [] };
  const { config } = task;
  const { pool, split } = await loadPool(task);
  // The harness compares the two names as they stand in the task, also when neither is given.
  const excludes = namedSplit(task) === config.test_split;
  const choose = config.fewshot_config?.sampler === 'first_n' ? firstN(pool, count, excludes) : drawn(pool, count, excludes, settings.fewshotSeed);
  return {
    count,
    next: (docHash) => {
      const chosen = choose(docHash);
      if (!chosen) throw poolTooSmall(task, count, pool.length);
      return chosen.map(({ document }) => document);
    },
    warnings: [
      ...(split === task.scoredSplit && !excludes ? [ownExamples(task, split)] : []),
      ...(config.fewshot_config?.fewshot_indices === undefined ? [] : [indicesUnused(task)]),
    ],
  };
}

type Choose = (docHash: string) => readonly Example[] | undefined;

function firstN(pool: readonly Example[], count: number, excludes: boolean): Choose {
  return (docHash) => {
    const chosen: Example[] = [];
    for (let i = 0; i < pool.length && chosen.length < count; i++) if (!excludes || pool[i]!.hash !== docHash) chosen.push(pool[i]!);
    return chosen.length < count ? undefined : chosen;
  };
}

/** One stream over all questions of the task. Where the question itself may be drawn, one more is drawn and it is dropped. */
function drawn(pool: readonly Example[], count: number, excludes: boolean, seed = defaultFewshotSeed): Choose {
  const random = new PythonRandom(seed);
  return (docHash) => {
    if (pool.length < count + (excludes ? 1 : 0)) return undefined;
    if (!excludes) return random.sample(pool, count);
    const others = random.sample(pool, count + 1).filter(({ hash }) => hash !== docHash).slice(0, count);
    if (others.length === count) return others;
    const rest = pool.filter(({ hash }) => hash !== docHash);
    return rest.length < count ? undefined : random.sample(rest, count);
  };
}

function namedSplit({ config }: Task): string | undefined {
  return config.fewshot_config?.split ?? config.fewshot_split;
}

/** As the harness: the split named for it, else the examples in the task file, else training, validation, scored. */
async function loadPool(task: Task): Promise<{ pool: readonly Example[]; split?: string }> {
  const { config } = task;
  const named = namedSplit(task);
  const hashed = (documents: readonly TaskDocument[]): Example[] => documents.map((document) => ({ document, hash: documentHash(document) }));
  if (named === undefined && config.fewshot_config?.samples !== undefined) return { pool: hashed(config.fewshot_config.samples) };
  const split = named ?? config.training_split ?? config.validation_split ?? task.scoredSplit;
  if (!task.splits.has(split)) throw userError({ code: 'task-unknown-split', file: task.file, key: 'fewshot_split', value: split, message: 'no question file is given for this split, which the examples come from', next: `Name one of: ${[...task.splits.keys()].join(', ')}.` });
  const pool = hashed((await loadSplit(task, split)).documents.map(({ document }) => document));
  return { pool, split };
}

function poolTooSmall(task: Task, count: number, size: number): Error {
  return userError({ code: 'fewshot-pool-too-small', file: task.file, key: 'num_fewshot', value: String(count), message: `the pool holds ${size} examples`, next: 'Ask for fewer, or add examples.' });
}

function ownExamples(task: Task, split: string): Problem {
  return {
    code: 'fewshot-own-example', severity: 'warning', file: task.file, key: 'fewshot_split', value: split,
    message: 'the examples come from the questions that are scored, so a question may be among its own examples, as in lm-evaluation-harness', next: `Write \`fewshot_split: ${split}\` to leave it out.`,
  };
}

function indicesUnused(task: Task): Problem {
  return {
    code: 'fewshot-indices-unused', severity: 'warning', file: task.file, key: 'fewshot_config.fewshot_indices',
    message: 'lm-evaluation-harness 0.4.13 reads this key and chooses among all examples nevertheless, and so does this engine', next: 'Put the examples into a file of their own.',
  };
}
