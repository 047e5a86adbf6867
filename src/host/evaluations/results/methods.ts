// What a method, which is several evaluations, scores on each task, and by how much it differs from others. No vscode.
import type { MethodScore } from '../../../protocol/panels/results';
import { estimateOverSeeds } from '../../../runs/scored/methods';
import type { StoredResults, StoredTask } from '../../../runs/scored/read';

/** By task and metric. @param parents of each seed, in the same order; none when some have none. */
export function methodScores(seeds: readonly StoredResults[], parents: readonly StoredResults[], base: readonly StoredResults[]): Record<string, Record<string, MethodScore>> {
  const tasks = [...seeds[0]?.tasks.values() ?? []].filter(({ rotation }) => !rotation);
  return Object.fromEntries(tasks.flatMap(({ task, metrics }) => {
    const own = tasksOf(seeds, task);
    if (own.length < seeds.length) return [];
    const scores = Object.keys(metrics).flatMap((metric) => {
      const score = estimateOverSeeds(own, [], metric);
      if (!score) return [];
      const toParent = changeFrom(own, parents, task, metric);
      const toBase = changeFrom(own, base, task, metric);
      return [[metric, {
        score: score.estimate, seeds: score.seeds, ...(score.deviation === undefined ? {} : { deviation: score.deviation }), ...(toParent ? { toParent } : {}), ...(toBase ? { toBase } : {}),
      }] as const];
    });
    return [[task, Object.fromEntries(scores)]];
  }));
}

function changeFrom(own: readonly StoredTask[], others: readonly StoredResults[], task: string, metric: string): MethodScore['toBase'] {
  const before = tasksOf(others, task);
  return before.length === 0 || before.length < others.length ? undefined : estimateOverSeeds(own, before, metric)?.estimate;
}

function tasksOf(results: readonly StoredResults[], task: string): StoredTask[] {
  return results.flatMap(({ tasks }) => tasks.get(task) ?? []);
}
