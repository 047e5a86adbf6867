// samples_*.jsonl of an evaluation, ours or lm-evaluation-harness's own: a row for every question and filter. Rows are
// read one by one with pauses in between, so that an editor stays quick while it reads ten thousand of them.
import { readFile } from 'node:fs/promises';
import { setImmediate as breathe } from 'node:timers/promises';
import { resultsUnreadable } from '../results';

export type SampleRow = Readonly<Record<string, unknown>>;

export interface StoredItem {
  readonly docHash: string;
  /** Absent in rows of another program that does not say it. */
  readonly promptHash?: string;
  /** Position in the question file, from 0. */
  readonly docId?: number;
  /** Choices that were scored. */
  readonly choiceCount: number;
  /** By metric: `acc`, or `exact_match,strict-match` where a filter other than `none` took the answer out of the text. */
  readonly scores: Readonly<Record<string, number>>;
  /** Nats, one a choice; absent for answers in words. */
  readonly logLikelihoods?: readonly number[];
  /** Metrics whose filter found no answer in the text. */
  readonly unanswered?: readonly string[];
}

const rowsBetweenBreaths = 500;
/** What the harness's filters say when they find nothing. */
const notFound = '[invalid]';

/** Calls back for every row; false when there is no such file. Throws a user error that names the line that is not JSON. */
export async function eachSample(file: string, take: (row: SampleRow, line: number) => void): Promise<boolean> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch {
    return false;
  }
  let start = 0;
  for (let line = 1; start < text.length; line += 1) {
    const next = text.indexOf('\n', start);
    const end = next < 0 ? text.length : next;
    if (end > start && text.slice(start, end).trim() !== '') take(parseRow(text.slice(start, end), `${file}:${line}`), line);
    start = end + 1;
    if (line % rowsBetweenBreaths === 0) await breathe();
  }
  return true;
}

function parseRow(text: string, place: string): SampleRow {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw resultsUnreadable(place, 'this line is not JSON');
  }
  if (typeof value !== 'object' || value === null) throw resultsUnreadable(place, 'this line is no object');
  return value as SampleRow;
}

/** One row as an item; rows of the same question under several filters are brought together by joinItems. */
export function itemOf(row: SampleRow): StoredItem {
  const filter = typeof row['filter'] === 'string' ? row['filter'] : 'none';
  const metrics = (Array.isArray(row['metrics']) ? row['metrics'] as unknown[] : []).filter((name) => typeof name === 'string');
  const scores = metrics.flatMap((name): [string, number][] => {
    const value = typeof row[name] === 'boolean' ? Number(row[name]) : row[name];
    return typeof value === 'number' ? [[filter === 'none' ? name : `${name},${filter}`, value]] : [];
  });
  const logLikelihoods = logLikelihoodsOf(row['filtered_resps']);
  const isUnanswered = !logLikelihoods && isAllNotFound(row['filtered_resps']);
  return {
    docHash: String(row['doc_hash']),
    ...(typeof row['prompt_hash'] === 'string' ? { promptHash: row['prompt_hash'] } : {}),
    ...(typeof row['doc_id'] === 'number' ? { docId: row['doc_id'] } : {}),
    choiceCount: Object.keys(row['arguments'] ?? {}).length,
    scores: Object.fromEntries(scores),
    ...(logLikelihoods ? { logLikelihoods } : {}),
    ...(isUnanswered ? { unanswered: scores.map(([name]) => name) } : {}),
  };
}

/** Items in the order of their first rows; those of one question, told by doc_id, are one. */
export function joinItems(rows: readonly StoredItem[]): StoredItem[] {
  const byId = new Map<number, StoredItem>();
  const items: StoredItem[] = [];
  for (const row of rows) {
    const before = row.docId === undefined ? undefined : byId.get(row.docId);
    if (!before) {
      items.push(row);
      if (row.docId !== undefined) byId.set(row.docId, row);
      continue;
    }
    const unanswered = [...before.unanswered ?? [], ...row.unanswered ?? []];
    const joined = { ...before, scores: { ...before.scores, ...row.scores }, ...(unanswered.length > 0 ? { unanswered } : {}) };
    items[items.indexOf(before)] = joined;
    byId.set(row.docId!, joined);
  }
  return items;
}

/** `[["-3.0", "False"], …]`, as the harness writes them; undefined for answers in words. */
function logLikelihoodsOf(responses: unknown): number[] | undefined {
  if (!Array.isArray(responses) || responses.length === 0) return undefined;
  const values = responses.map((one: unknown) => (Array.isArray(one) && one.length === 2 ? parseFloatOf(one[0]) : NaN));
  return values.some(Number.isNaN) ? undefined : values;
}

function parseFloatOf(value: unknown): number {
  if (value === '-inf') return -Infinity;
  return typeof value === 'number' ? value : typeof value === 'string' && value.trim() !== '' ? Number(value) : NaN;
}

function isAllNotFound(responses: unknown): boolean {
  return Array.isArray(responses) && responses.length > 0 && responses.flat().every((one) => one === notFound);
}
