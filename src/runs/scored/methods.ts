// Two methods, each by the evaluations of its seeds: compared over seeds and questions, where one seed on each side would
// only compare two runs.
import { compareSeeds, type SeedsComparison } from '../../base/math/statistics-seeds';
import { holm } from '../../base/math/statistics-tests';
import { alignScores } from './align';
import type { StoredResults } from './read';

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
