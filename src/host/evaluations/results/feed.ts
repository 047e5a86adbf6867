// What the results panel shows, from job folders: evaluations with their scores and relations, and what is made of single
// questions for those the panel looks at. No vscode.
import type { EvaluateJobFile } from '../../../protocol/job-file';
import { methodKey, type ChangesByEvaluation, type ResultsChanges, type ResultsDetail, type ResultsEvaluation, type ResultsFacts, type ResultsGrid, type ResultsItems, type ResultsLook, type ResultsPair, type ResultsTask } from '../../../protocol/panels/results';
import { readJobFile } from '../../../runs/job-file';
import { readScores, type ScoreSummary } from '../../../runs/results';
import { taskCalibration } from '../../../runs/scored/calibration';
import { changeOf, testResults } from '../../../runs/scored/compare';
import { optionOrders } from '../../../runs/scored/orders';
import { subgroupFields, subgroupsOf } from '../../../runs/scored/subgroups';
import type { StoredTask } from '../../../runs/scored/read';
import type { RunEntry } from '../../runs/entry';
import { gridsOf } from './grids';
import { itemDetail, itemsTable, lineOfItem, type OpenedEvaluation } from './items';
import { methodScores } from './methods';
import { namesOf } from './names';
import { ladderOf, parentsOf, type EvaluationPlace } from '../../../runs/scored/relations';
import { readBitsPerByte } from './held-out';
import { ResultsStore } from './store';

interface Known {
  readonly stamp: string;
  readonly scores?: ScoreSummary;
  readonly file?: EvaluateJobFile;
  readonly bitsPerByte: Readonly<Record<string, number>>;
}

export interface ResultsTable { readonly evaluations: readonly ResultsEvaluation[]; readonly tasks: readonly ResultsTask[]; readonly grids: readonly ResultsGrid[] }

export interface Jobs {
  readonly entries: readonly RunEntry[];
  studyOf(id: string): { readonly study: RunEntry; readonly step: string } | undefined;
}

export class ResultsFeed {
  readonly #known = new Map<string, Known>();
  readonly #bases = new Map<string, string | undefined>();
  readonly #store = new ResultsStore();
  #places: readonly EvaluationPlace[] = [];
  #parents: ReadonlyMap<string, string> = new Map();
  #table: ResultsTable = { evaluations: [], tasks: [], grids: [] };
  #shown = '';

  /** @param jobs jobs of the window as they are now. @param keep ids that are shown although they are archived. */
  constructor(private readonly jobs: () => Jobs, private readonly keep: () => readonly string[]) {}

  table(): ResultsTable {
    return this.#table;
  }

  /** Whether anything shown is new. */
  async look(): Promise<boolean> {
    const jobs = this.jobs();
    const entries = jobs.entries.filter(({ kind, reading, labels, id }) => kind === 'evaluate' && reading.state === 'done' && (labels.archived !== true || this.keep().includes(id)));
    await Promise.all(entries.map((entry) => this.#read(entry)));
    await Promise.all(jobs.entries.filter(({ kind }) => kind === 'train').map((entry) => this.#readBase(entry)));
    const scored = entries.filter(({ id }) => this.#known.get(id)?.scores !== undefined);
    this.#places = scored.map(({ id, of }) => ({ id, of, study: jobs.studyOf(id)?.study.id, tasks: this.#known.get(id)!.scores!.tasks.map(({ task }) => task) }));
    this.#parents = parentsOf(this.#places, (run) => this.#bases.get(run));
    const names = namesOf(scored.map((entry) => ({ entry, file: this.#known.get(entry.id)?.file, run: jobs.entries.find(({ id }) => id === entry.of), study: jobs.studyOf(entry.id)?.study })));
    const evaluations = scored.map((entry): ResultsEvaluation => {
      const { scores, bitsPerByte } = this.#known.get(entry.id)!;
      const parent = this.#parents.get(entry.id);
      return { id: entry.id, ...names.get(entry.id)!, bitsPerByte, scores: Object.fromEntries(scores!.tasks.map((task) => [task.task, task.metrics])), ...(parent === undefined ? {} : { parent }) };
    });
    this.#table = { evaluations, tasks: tasksOf(scored.map(({ id }) => this.#known.get(id)!.scores!)), grids: await gridsOf(jobs.entries, new Map(scored.map(({ id, of }) => [id, of]))) };
    const shown = JSON.stringify(this.#table);
    const isNew = shown !== this.#shown;
    this.#shown = shown;
    return isNew;
  }

  /** What is shown beside an evaluation that is opened. */
  ladder(id: string): string[] {
    return ladderOf(id, this.#places, this.#parents);
  }

  async changes({ shown, base, methods }: ResultsLook): Promise<ResultsChanges> {
    const opened = await this.#open(shown);
    const [toParent, toBase]: [ChangesByEvaluation, ChangesByEvaluation] = [await this.#changesTo(opened, (id) => this.#parents.get(id)), await this.#changesTo(opened, (id) => (id === base ? undefined : base))];
    const answered = Object.fromEntries(opened.map(({ id, results }) => [id, Object.fromEntries([...results.tasks].map(([name, task]) => [name, answeredOf(task)]))]));
    const scored = await Promise.all((methods?.all ?? []).map(async (ids) => [methodKey(ids), await this.#method(ids, methods!.base)] as const));
    return { type: 'changes', toParent, toBase, answered, methods: Object.fromEntries(scored), ...(base === undefined ? {} : { base }) };
  }

  async pair(pair: readonly [string, string]): Promise<ResultsPair | undefined> {
    const [first, second] = await this.#open(pair);
    return first && second && { type: 'pair', pair, rows: testResults(first.results, second.results), isResampling: false };
  }

  async items({ shown, items }: ResultsLook): Promise<ResultsItems | undefined> {
    return items && itemsTable((await this.#open(shown)).filter(({ results }) => results.tasks.has(items.task)), items.task, items.metric);
  }

  async detail({ shown, items }: ResultsLook, key: string): Promise<ResultsDetail | undefined> {
    return items && itemDetail((await this.#open(shown)).filter(({ results }) => results.tasks.has(items.task)), items.task, items.metric, key);
  }

  /** Where the answer of an evaluation to a question stands. */
  async place(evaluation: string, task: string, key: string): Promise<{ readonly file: string; readonly line: number } | undefined> {
    const [opened] = await this.#open([evaluation]);
    return opened && lineOfItem(opened.results, task, key);
  }

  async facts({ evaluation, task, metric, field }: NonNullable<ResultsLook['facts']>): Promise<ResultsFacts | undefined> {
    const [opened] = await this.#open([evaluation]);
    const stored = opened?.results.tasks.get(task);
    if (!opened || !stored) return undefined;
    const calibration = taskCalibration(stored);
    const orders = optionOrders(opened.results).find((one) => one.task === task);
    const fields = await subgroupFields(opened.results.file, task);
    const chosen = field !== undefined && fields.includes(field) ? field : fields[0];
    const subgroups = chosen === undefined ? [] : await subgroupsOf(opened.results.file, task, chosen, metric);
    return { type: 'facts', evaluation, task, fields, subgroups, ...(calibration ? { calibration } : {}), ...(orders ? { orders } : {}), ...(chosen === undefined ? {} : { field: chosen }) };
  }

  async #changesTo(opened: readonly OpenedEvaluation[], otherOf: (id: string) => string | undefined): Promise<ChangesByEvaluation> {
    const changes = await Promise.all(opened.map(async ({ id, results }) => {
      const other = otherOf(id);
      const [before] = other === undefined ? [] : await this.#open([other]);
      const byTask = [...results.tasks].map(([name, task]) => [name, Object.fromEntries(Object.keys(task.metrics).flatMap((metric) => {
        const change = changeOf(before?.results.tasks.get(name), task, metric);
        return change ? [[metric, change]] : [];
      }))] as const);
      return [id, Object.fromEntries(byTask)] as const;
    }));
    return Object.fromEntries(changes);
  }

  /** Over seeds and questions, by task and metric. */
  async #method(ids: readonly string[], base: readonly string[]): Promise<ResultsChanges['methods'][string]> {
    const parents = ids.map((id) => this.#parents.get(id)).filter((id) => id !== undefined);
    const [own, before, others] = await Promise.all([this.#open(ids), this.#open(parents.length === ids.length ? parents : []), this.#open(methodKey(base) === methodKey(ids) ? [] : base)]);
    return methodScores(own.map(({ results }) => results), before.map(({ results }) => results), others.map(({ results }) => results));
  }

  async #open(ids: readonly string[]): Promise<OpenedEvaluation[]> {
    const { entries } = this.jobs();
    const opened: OpenedEvaluation[] = [];
    for (const id of ids) {
      const entry = entries.find((one) => one.id === id);
      const results = entry && await this.#store.open(entry.folder);
      if (results) opened.push({ id, results });
    }
    return opened;
  }

  async #read(entry: RunEntry): Promise<void> {
    const stamp = `${entry.reading.state} ${entry.reading.at}`;
    if (this.#known.get(entry.id)?.stamp === stamp) return;
    // What another program left in a folder must not take the panel with it.
    const [file, scores] = await Promise.all([readJobFile(entry.folder).catch(() => undefined), readScores(entry.folder).catch(() => undefined)]);
    const evaluate = file?.kind === 'evaluate' ? file : undefined;
    const run = this.jobs().entries.find(({ id }) => id === entry.of);
    const bitsPerByte = run && evaluate ? await readBitsPerByte(run.folder, evaluate.resolved.checkpoint) : {};
    this.#known.set(entry.id, { stamp, bitsPerByte, ...(scores ? { scores } : {}), ...(evaluate ? { file: evaluate } : {}) });
  }

  async #readBase({ id, folder }: RunEntry): Promise<void> {
    if (this.#bases.has(id)) return;
    const file = await readJobFile(folder).catch(() => undefined);
    this.#bases.set(id, file?.kind === 'train' ? file.resolved.baseJob : undefined);
  }
}

/** Tasks of all evaluations, groups last; questions in another order of options are shown with their task only. */
function tasksOf(all: readonly ScoreSummary[]): ResultsTask[] {
  const tasks = new Map<string, { metrics: Set<string>; isGroup: boolean }>();
  for (const { tasks: scores } of all) {
    for (const { task, metrics, isGroup, rotation } of scores) {
      if (rotation || Object.keys(metrics).length === 0) continue;
      const known = tasks.get(task) ?? { metrics: new Set<string>(), isGroup };
      for (const metric of Object.keys(metrics)) known.metrics.add(metric);
      tasks.set(task, known);
    }
  }
  return [...tasks].map(([name, { metrics, isGroup }]) => ({ name, metrics: [...metrics], isGroup })).sort((a, b) => Number(a.isGroup) - Number(b.isGroup));
}

function answeredOf(task: StoredTask): Record<string, { accuracy: number; failureRate: number }> {
  const metrics = new Set(task.items.flatMap(({ unanswered }) => unanswered ?? []));
  return Object.fromEntries([...metrics].map((metric) => {
    const answered = task.items.filter(({ unanswered }) => unanswered?.includes(metric) !== true);
    const right = answered.reduce((sum, { scores }) => sum + (scores[metric] ?? 0), 0);
    return [metric, { accuracy: answered.length === 0 ? 0 : right / answered.length, failureRate: 1 - answered.length / task.items.length }];
  }));
}
