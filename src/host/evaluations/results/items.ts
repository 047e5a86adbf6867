// Questions of a task under several evaluations: what became of each, and one of them in full. No vscode.
import { firstMaximum } from '../../../base/math/first-maximum';
import { optionProbabilities } from '../../../base/math/calibration';
import { samplesFileOf } from '../../../runs/results';
import { itemsByKey } from '../../../runs/scored/align';
import type { StoredResults, StoredTask } from '../../../runs/scored/read';
import { eachSample, itemOf, type SampleRow, type StoredItem } from '../../../runs/scored/samples';
import { documentOf } from '../../../runs/scored/subgroups';
import { type DetailAnswer, type ItemCode, itemCodes, type ResultsDetail, type ResultsItems } from '../../../protocol/panels/results';

export interface OpenedEvaluation { readonly id: string; readonly results: StoredResults }

const excerptLength = 140;
const questionFields = ['question', 'sent1', 'QUESTION', 'qtext', 'query', 'text', 'prompt', 'input'];

export async function itemsTable(evaluations: readonly OpenedEvaluation[], task: string, metric: string): Promise<ResultsItems> {
  const tables = evaluations.map(({ results }) => keyedItems(results.tasks.get(task)));
  const keys = [...new Set(tables.flatMap((table) => [...table.keys()]))];
  const places = new Map(keys.map((key, place) => [key, place]));
  const excerpts = new Array<string>(keys.length).fill('');
  for (const [at, table] of tables.entries()) {
    // Of most questions the first evaluation knows the words: the rest are read only where it lacks some.
    if (![...table.keys()].some((key) => excerpts[places.get(key)!] === '')) continue;
    const byItem = new Map([...table].map(([key, item]) => [identityOf(item), key]));
    await eachSample(samplesFileOf(evaluations[at]!.results.file, task), (row) => {
      const key = byItem.get(identityOf(itemOf(row)));
      if (key !== undefined) excerpts[places.get(key)!] ||= excerptOf(row);
    });
  }
  const block = new Uint8Array(evaluations.length * keys.length);
  for (const [at, table] of tables.entries()) for (const [place, key] of keys.entries()) block[at * keys.length + place] = codeOf(table.get(key), metric);
  return { type: 'items', task, metric, evaluations: evaluations.map(({ id }) => id), keys, excerpts, block };
}

/** The rows that hold a question, in the order of the evaluations. */
export async function itemDetail(evaluations: readonly OpenedEvaluation[], task: string, metric: string, key: string): Promise<ResultsDetail> {
  const found = await Promise.all(evaluations.map(async ({ id, results }) => ({ id, row: (await rowOf(results, task, key))?.row })));
  const first = found.find(({ row }) => row !== undefined)?.row;
  return {
    type: 'detail', key, prompt: first ? contextOf(first) : '', target: first ? targetText(first) : '',
    answers: found.map(({ id, row }) => (row ? answerOf(id, row, metric) : { evaluation: id, options: [] })),
  };
}

/** Line of the samples file, from 1, at which a question stands. */
export async function lineOfItem(results: StoredResults, task: string, key: string): Promise<{ readonly file: string; readonly line: number } | undefined> {
  const found = await rowOf(results, task, key);
  return found && { file: samplesFileOf(results.file, task), line: found.line };
}

function keyedItems(task: StoredTask | undefined): ReadonlyMap<string, StoredItem> {
  return task ? itemsByKey(task) : new Map<string, StoredItem>();
}

function identityOf({ docId, docHash }: StoredItem): string {
  return `${docId ?? ''} ${docHash}`;
}

async function rowOf(results: StoredResults, task: string, key: string): Promise<{ readonly row: SampleRow; readonly line: number } | undefined> {
  const item = keyedItems(results.tasks.get(task)).get(key);
  let found: { readonly row: SampleRow; readonly line: number } | undefined;
  if (item) {
    await eachSample(samplesFileOf(results.file, task), (row, line) => {
      if (!found && identityOf(itemOf(row)) === identityOf(item)) found = { row, line };
    });
  }
  return found;
}

function codeOf(item: StoredItem | undefined, metric: string): ItemCode {
  const score = item?.scores[metric];
  if (item === undefined || score === undefined) return itemCodes.notAsked;
  if (item.unanswered?.includes(metric)) return itemCodes.noAnswer;
  return score >= 1 ? itemCodes.right : itemCodes.wrong;
}

function answerOf(evaluation: string, row: SampleRow, metric: string): DetailAnswer {
  const item = itemOf(row);
  const score = item.scores[metric];
  const right = score === undefined ? {} : { isRight: score >= 1 };
  if (!item.logLikelihoods) return { evaluation, ...right, options: [], words: wordsOf(row['resps']) };
  const texts = continuationsOf(row);
  const probabilities = optionProbabilities(item.logLikelihoods);
  return {
    evaluation, ...right, chosen: firstMaximum(item.logLikelihoods),
    options: item.logLikelihoods.map((logLikelihood, place) => ({ text: texts[place] ?? '', logLikelihood, probability: probabilities[place]! })),
  };
}

function argumentsOf(row: SampleRow): readonly Readonly<Record<string, unknown>>[] {
  return Object.values((row['arguments'] ?? {}) as Readonly<Record<string, unknown>>).filter((one) => typeof one === 'object' && one !== null) as Record<string, unknown>[];
}

function contextOf(row: SampleRow): string {
  const context = argumentsOf(row)[0]?.['arg_0'];
  return typeof context === 'string' ? context : JSON.stringify(context ?? '');
}

function continuationsOf(row: SampleRow): string[] {
  return argumentsOf(row).map((one) => (typeof one['arg_1'] === 'string' ? one['arg_1'].trim() : ''));
}

/** The harness writes the place of the right choice, or its text. */
function targetText(row: SampleRow): string {
  const target = typeof row['target'] === 'string' || typeof row['target'] === 'number' ? String(row['target']) : JSON.stringify(row['target'] ?? '');
  return /^\d+$/.test(target) ? continuationsOf(row)[Number(target)] ?? target : target;
}

function wordsOf(responses: unknown): string {
  return (Array.isArray(responses) ? responses.flat(3) as unknown[] : [responses]).map(String).join('\n');
}

/** On one line: the question's own words, else the end of the prompt. */
function excerptOf(row: SampleRow): string {
  const record = documentOf(row);
  const own = questionFields.map((field) => record[field]).find((value) => typeof value === 'string' && value.trim() !== '');
  const text = (typeof own === 'string' ? own : contextOf(row).slice(-2 * excerptLength)).slice(0, 2 * excerptLength).replace(/\s+/g, ' ').trim();
  return text.length > excerptLength ? `${text.slice(0, excerptLength)}…` : text;
}
