// From the records of a task to what is scored: the context, the continuations, and which of them is right. The context
// is put together as lm-evaluation-harness does (lm_eval/api/task.py, fewshot_context) without a chat template.
import { userError, type Problem } from '../../base/errors/problem';
import { documentHash, loadDocuments, type SourcedDocument } from './documents';
import type { TaskDocument } from './task/fields';
import { RecordError } from './task/template';
import type { Task } from './task/task';

export interface Item {
  /** Position among the scored split's records, from 0. */
  readonly docId: number;
  readonly document: TaskDocument;
  readonly docHash: string;
  readonly context: string;
  readonly choices: readonly string[];
  /** What is scored after the context: the delimiter and the choice. */
  readonly continuations: readonly string[];
  /** As doc_to_target gives it. */
  readonly target: string | number;
  /** Index of the right choice; undefined when the target is none of them, which scores wrong. */
  readonly gold: number | undefined;
}

export interface PreparedItems {
  readonly items: readonly Item[];
  /** Records of the scored split that could be read, before `limit`. */
  readonly originalCount: number;
  /** Records that are not scored, each with its reason. */
  readonly setAside: readonly Problem[];
  /** Records whose gold answer is none of the choices. */
  readonly warnings: readonly Problem[];
}

/** @param limit first records only. */
export async function prepareItems(task: Task, limit?: number): Promise<PreparedItems> {
  const loaded = await loadDocuments(task.splits.get(task.scoredSplit)!);
  const setAside: Problem[] = [...loaded.setAside];
  const warnings: Problem[] = [];
  const items: Item[] = [];
  const shotsFor = await fewshotSelector(task);
  for (const [docId, source] of loaded.documents.slice(0, limit).entries()) {
    try {
      const item = makeItem(task, source.document, docId, shotsFor(documentHash(source.document)));
      if (item.gold === undefined) warnings.push(goldOutsideChoices(source));
      items.push(item);
    } catch (error) {
      if (!(error instanceof RecordError)) throw error;
      setAside.push({ code: 'question-not-usable', severity: 'warning', ...placeOf(source), message: `${error.message}; set aside`, next: 'Mend or remove the record.' });
    }
  }
  if (items.length === 0) {
    const reason = setAside.find((problem) => problem.code === 'question-not-usable') ?? setAside[0];
    throw userError({
      code: 'task-without-questions', file: task.file, message: `no question of ${task.name} can be scored${reason ? `: ${reason.file ?? ''}:${reason.line ?? reason.key ?? ''} ${reason.message}` : ''}`,
      next: 'Compare the fields that doc_to_text, doc_to_choice and doc_to_target name with those of the question file.',
    });
  }
  return { items, originalCount: loaded.documents.length, setAside, warnings };
}

function makeItem(task: Task, document: TaskDocument, docId: number, shots: readonly TaskDocument[]): Item {
  const { fields, config } = task;
  const choices = fields.choices(document);
  const target = fields.target(document);
  const context = fields.description(document) + shots.map((shot) => renderShot(task, shot)).join('') + fields.text(document);
  return {
    docId, document, docHash: documentHash(document), context, choices,
    continuations: choices.map((choice) => config.target_delimiter + choice),
    target, gold: goldIndex(target, choices),
  };
}

function goldIndex(target: string | number, choices: readonly string[]): number | undefined {
  const index = typeof target === 'number' ? target : choices.indexOf(target);
  return index >= 0 && index < choices.length ? index : undefined;
}

/** Question, delimiter, answer, delimiter of an example. */
function renderShot(task: Task, shot: TaskDocument): string {
  const { fields, config } = task;
  const target = fields.target(shot);
  const answer = typeof target === 'number' ? fields.choices(shot)[target] : target;
  if (answer === undefined) throw new RecordError('the answer of a few-shot example is none of its choices');
  return fields.text(shot) + config.target_delimiter + answer + config.fewshot_delimiter;
}

/**
 * The examples shown before a question: the first `num_fewshot` of the pool (the harness's first_n sampler). A question
 * is never its own example when the pool is the scored split.
 */
async function fewshotSelector(task: Task): Promise<(docHash: string) => TaskDocument[]> {
  const { config } = task;
  const count = config.num_fewshot;
  if (count === 0) return () => [];
  if (config.fewshot_config?.sampler !== 'first_n') {
    throw userError({
      code: 'fewshot-sampler', file: task.file, key: 'fewshot_config.sampler', value: config.fewshot_config?.sampler ?? 'default',
      message: 'examples are taken in order only', next: 'Write `fewshot_config: {sampler: first_n}`.',
    });
  }
  const split = fewshotSplit(task);
  const pool = split === undefined
    ? config.fewshot_config.samples ?? []
    : (await loadDocuments(task.splits.get(split)!)).documents.map(({ document }) => document);
  const hashed = pool.map((document) => ({ document, hash: documentHash(document) }));
  return (docHash) => {
    const usable = split === task.scoredSplit ? hashed.filter((one) => one.hash !== docHash) : hashed;
    if (usable.length < count) {
      throw userError({ code: 'fewshot-pool-too-small', file: task.file, key: 'num_fewshot', value: String(count), message: `the pool holds ${usable.length} examples`, next: 'Ask for fewer, or add examples.' });
    }
    return usable.slice(0, count).map(({ document }) => document);
  };
}

/** As the harness: the split named for it, else the examples in the task file, else training, validation, scored. */
function fewshotSplit(task: Task): string | undefined {
  const { config } = task;
  const named = config.fewshot_config?.split ?? config.fewshot_split;
  if (named === undefined && config.fewshot_config?.samples !== undefined) return undefined;
  const split = named ?? config.training_split ?? config.validation_split ?? task.scoredSplit;
  if (task.splits.has(split)) return split;
  throw userError({ code: 'task-unknown-split', file: task.file, key: 'fewshot_split', value: split, message: 'no question file is given for this split', next: `Name one of: ${[...task.splits.keys()].join(', ')}.` });
}

function goldOutsideChoices(source: SourcedDocument): Problem {
  return { code: 'gold-outside-choices', severity: 'warning', ...placeOf(source), message: 'the right answer is none of the choices; scored as wrong', next: 'Correct the record.' };
}

function placeOf(source: SourcedDocument): { file: string; line?: number; key?: string } {
  return { file: source.file, ...(source.line === undefined ? {} : { line: source.line }), ...(source.key === undefined ? {} : { key: source.key }) };
}
