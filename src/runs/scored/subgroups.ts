// Accuracy by a field of the records, such as the subject of a question, where the samples hold the records.
import { estimateMean, wilsonInterval, type Estimate, type Interval } from '../../base/math/statistics';
import { samplesFileOf } from '../results';
import { eachSample, itemOf, type SampleRow } from './samples';

export interface Subgroup {
  readonly value: string;
  readonly estimate: Estimate;
  /** Wilson, 95 %. */
  readonly interval: Interval;
}

/** More values than this do not group questions, fewer than two neither. */
const mostValues = 100;
const longestValue = 80;

/** Fields that put the questions of a task into groups, in the order of the first record. */
export async function subgroupFields(resultsFile: string, task: string): Promise<string[]> {
  const values = new Map<string, Set<string>>();
  const isText = new Map<string, boolean>();
  let count = 0;
  await eachSample(samplesFileOf(resultsFile, task), (row) => {
    count += 1;
    for (const [field, value] of Object.entries(documentOf(row))) {
      const shown = textOf(value);
      isText.set(field, (isText.get(field) ?? true) && shown !== undefined);
      if (shown !== undefined && (values.get(field)?.size ?? 0) <= mostValues) values.set(field, (values.get(field) ?? new Set()).add(shown));
    }
  });
  return [...values].flatMap(([field, found]) => (isText.get(field) === true && found.size > 1 && found.size <= Math.min(mostValues, count / 2) ? [field] : []));
}

/** Largest group first. Records without the field are under an empty value. */
export async function subgroupsOf(resultsFile: string, task: string, field: string, metric: string): Promise<Subgroup[]> {
  const scores = new Map<string, number[]>();
  await eachSample(samplesFileOf(resultsFile, task), (row) => {
    const score = itemOf(row).scores[metric];
    const value = textOf(documentOf(row)[field]) ?? '';
    if (score !== undefined) scores.set(value, [...scores.get(value) ?? [], score]);
  });
  return [...scores].map(([value, list]) => {
    const estimate = estimateMean(list);
    return { value, estimate, interval: wilsonInterval(estimate.value * estimate.n, estimate.n) };
  }).sort((a, b) => b.estimate.n - a.estimate.n || (a.value < b.value ? -1 : 1));
}

export function documentOf(row: SampleRow): Readonly<Record<string, unknown>> {
  return typeof row['doc'] === 'object' && row['doc'] !== null ? row['doc'] as Record<string, unknown> : {};
}

function textOf(value: unknown): string | undefined {
  if (value === undefined || value === null) return '';
  if (typeof value === 'boolean' || typeof value === 'number') return String(value);
  return typeof value === 'string' && value.length <= longestValue ? value : undefined;
}
