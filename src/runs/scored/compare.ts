// Two evaluations against each other, question by question: what both were asked, and how sure the difference is.
import { estimateMean, itemDifferences, pairedDifference, type Estimate, type Interval } from '../../base/math/statistics';
import { bootstrapInterval } from '../../base/math/statistics-bootstrap';
import { holm, mcnemarExact } from '../../base/math/statistics-tests';
import { alignScores } from './align';
import type { StoredResults, StoredTask } from './read';

/** What is known at once; an interval by resampling takes longer. */
export interface PairedTest {
  readonly task: string;
  readonly metric: string;
  readonly first: Estimate;
  readonly second: Estimate;
  /** second − first over the questions both were asked. */
  readonly difference: Estimate;
  readonly onlyFirst: number;
  readonly onlySecond: number;
  /** Exact McNemar test, and corrected by Holm over the tasks compared on this metric. */
  readonly p: number;
  readonly adjustedP: number;
}

export interface PairedComparison extends PairedTest {
  /** 95 %, by resampling questions. */
  readonly interval: Interval;
}

/** The same two evaluations always give the same interval. */
const bootstrapSeed = 1;

/** Tasks that share no question with the same record are left out, and so are other orders of options. */
export function compareResults(first: StoredResults, second: StoredResults): PairedComparison[] {
  return pairTasks(first, second).map(({ test, a, b }) => ({ ...test, interval: bootstrapInterval(itemDifferences(b, a), { seed: bootstrapSeed }) }));
}

export function testResults(first: StoredResults, second: StoredResults): PairedTest[] {
  return pairTasks(first, second).map(({ test }) => test);
}

interface TestedPair { readonly test: PairedTest; readonly a: readonly number[]; readonly b: readonly number[] }

function pairTasks(first: StoredResults, second: StoredResults): TestedPair[] {
  return metricsOfBoth(first, second).flatMap((metric) => {
    const pairs = [...first.tasks].flatMap(([task, stored]) => {
      const other = second.tasks.get(task);
      const [a, b] = other && !stored.rotation ? alignScores([stored, other], metric) : [];
      return a && b && a.length > 0 ? [{ task, a, b, test: mcnemarExact(a, b) }] : [];
    });
    const adjusted = holm(pairs.map(({ test }) => test.p));
    return pairs.map(({ task, a, b, test }, index): TestedPair => ({
      a, b, test: { task, metric, first: estimateMean(a), second: estimateMean(b), difference: pairedDifference(b, a), ...test, adjustedP: adjusted[index]! },
    }));
  });
}

/** Of one task: how much better `after` is than `before` on the questions both were asked; undefined when there are none. */
export function changeOf(before: StoredTask | undefined, after: StoredTask | undefined, metric: string): Estimate | undefined {
  const [a, b] = before && after ? alignScores([before, after], metric) : [];
  return a && b && a.length > 0 ? pairedDifference(b, a) : undefined;
}

/** In the order of the first. */
function metricsOfBoth(first: StoredResults, second: StoredResults): string[] {
  const names = (results: StoredResults): Set<string> => new Set([...results.tasks.values()].flatMap(({ items }) => Object.keys(items[0]?.scores ?? {})));
  const others = names(second);
  return [...names(first)].filter((name) => others.has(name));
}
