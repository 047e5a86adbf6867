// Two methods, each by the evaluations of its seeds: compared over seeds and questions, where one seed on each side would
// only compare two runs.
import { compareSeeds, type SeedsComparison } from '../../base/math/statistics-seeds';
import { holm } from '../../base/math/statistics-tests';
import type { Estimate, Interval } from '../../base/math/statistics';
import { alignScores } from './align';
import type { StoredResults, StoredTask } from './read';

export interface MethodsComparison extends SeedsComparison {
  readonly task: string;
  readonly metric: string;
  /** p corrected by Holm over the tasks compared on this metric. */
  readonly adjustedP: number;
}

/** The same evaluations always give the same numbers. */
const resamplingSeed = 1;

/** Over the questions that all of them were asked. @param isPaired the k-th of one side shares its seed with the k-th of the other. */
export function compareMethods(first: readonly StoredResults[], second: readonly StoredResults[], isPaired: boolean): MethodsComparison[] {
  const all = [...first, ...second];
  const tasks = [...first[0]?.tasks.values() ?? []].filter(({ rotation, task }) => !rotation && all.every((one) => one.tasks.has(task)));
  const metrics = [...new Set(tasks.flatMap(({ items }) => Object.keys(items[0]?.scores ?? {})))];
  return metrics.flatMap((metric) => {
    const compared = tasks.flatMap(({ task }) => {
      const scores = alignScores(all.map((one) => one.tasks.get(task)!), metric);
      return scores[0] === undefined || scores[0].length === 0 ? [] : [{ task, metric, ...compareSeeds(scores.slice(0, first.length), scores.slice(first.length), { seed: resamplingSeed, isPaired }) }];
    });
    const adjusted = holm(compared.map(({ p }) => p));
    return compared.map((one, index) => ({ ...one, adjustedP: adjusted[index]! }));
  });
}

/** Draws for numbers of a table, of which there are many. */
const resamplesOfCell = 1000;

/** What a method scores, or by how much it differs from another, over seeds and the questions all were asked. */
export interface SeedsEstimate { readonly estimate: Estimate; readonly interval: Interval; readonly seeds: number; readonly deviation: number | undefined }

/**
 * @param tasks one task of the evaluations of a method's seeds.
 * @param others of the method that is taken away; as many are seeds in the same order, which are resampled in pairs. None gives the score itself.
 * @returns undefined when they share no question.
 */
export function estimateOverSeeds(tasks: readonly StoredTask[], others: readonly StoredTask[], metric: string): SeedsEstimate | undefined {
  const scores = alignScores([...tasks, ...others], metric);
  const items = scores[0]?.length ?? 0;
  if (items === 0) return undefined;
  const before = others.length === 0 ? [new Float64Array(items)] : scores.slice(tasks.length);
  const { difference, standardError, interval, secondDeviation } = compareSeeds(before, scores.slice(0, tasks.length), {
    seed: resamplingSeed, isPaired: tasks.length === others.length, resamples: resamplesOfCell,
  });
  return { estimate: { value: difference, standardError, n: items }, interval, seeds: tasks.length, deviation: secondDeviation };
}
