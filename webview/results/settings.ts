// How the user looks at results: kept with the panel, over hiding and reloading. Ids and names only, never texts of questions.
import type { ResultsEvaluation, ResultsScope, ResultsSnapshot, ResultsTask } from '../../src/protocol/panels/results';

export const tabNames = ['ladder', 'grid', 'compare', 'questions', 'reliability'] as const;
export type TabName = (typeof tabNames)[number];
export const filterNames = ['all', 'differ', 'fixed', 'broken', 'bothWrong', 'wrongInAll'] as const;
export type FilterName = (typeof filterNames)[number];

export interface ResultsSettings {
  readonly tab: TabName;
  readonly filter: FilterName;
  readonly metric?: string;
  readonly task?: string;
  readonly study?: string;
  readonly base?: string;
  /** Ids of the rows when the user chose them; `shownFor` is the focus they were chosen under. */
  readonly shown?: readonly string[];
  readonly shownFor?: string;
  readonly first?: string;
  readonly second?: string;
  /** The pair of a command that was shown, so that it is not shown again after a reload. */
  readonly pairFor?: string;
  /** Of the reliability tab. */
  readonly evaluation?: string;
  readonly field?: string;
  /** Key of the selected question. */
  readonly selected?: string;
}

export interface KeptState { readonly scope: ResultsScope; readonly settings: ResultsSettings }

export const firstSettings: ResultsSettings = { tab: 'ladder', filter: 'all' };

/** Rows that stand below each other before the user chooses. */
const mostAtFirst = 12;

/** What is looked at, with everything that the user did not choose filled in. */
export interface Choice {
  readonly shown: readonly ResultsEvaluation[];
  readonly metric: string;
  readonly task: ResultsTask | undefined;
  readonly base: string | undefined;
  readonly pair: readonly [string, string] | undefined;
  readonly evaluation: string | undefined;
}

export function chosen({ evaluations, scope, tasks }: ResultsSnapshot, settings: ResultsSettings): Choice {
  const known = (id: string | undefined): id is string => evaluations.some((one) => one.id === id);
  const shownIds = settings.shown !== undefined && settings.shownFor === focusName(scope) ? settings.shown : scope.focus ?? evaluations.slice(0, mostAtFirst).map(({ id }) => id);
  const shown = inFamilies(evaluations.filter(({ id }) => shownIds.includes(id)));
  const metrics = tasks.flatMap((one) => one.metrics);
  const metric = settings.metric !== undefined && metrics.includes(settings.metric) ? settings.metric : metrics[0] ?? '';
  const withItems = tasks.filter(({ isGroup }) => !isGroup);
  const own = withItems.filter(({ name }) => shown.some(({ scores }) => scores[name] !== undefined));
  const isAmong = (id: string | undefined): id is string => shown.some((one) => one.id === id);
  const [first, second] = [settings.first, settings.second].some((id) => !known(id)) ? scope.pair ?? [shown[0]?.id, shown.at(-1)?.id] : [settings.first, settings.second];
  return {
    shown, metric, task: own.find(({ name }) => name === settings.task) ?? own[0],
    base: isAmong(settings.base) ? settings.base : shown.find(({ parent }) => !isAmong(parent))?.id,
    pair: known(first) && known(second) && first !== second ? [first, second] : undefined,
    evaluation: isAmong(settings.evaluation) ? settings.evaluation : shown.at(-1)?.id,
  };
}

/** Two evaluations that a command compares are looked at at once. */
export function withPair(settings: ResultsSettings, { pair }: ResultsScope): ResultsSettings {
  return !pair || settings.pairFor === pair.join() ? settings : { ...settings, tab: 'compare', first: pair[0], second: pair[1], pairFor: pair.join() };
}

export function focusName({ focus }: ResultsScope): string {
  return focus?.join('\n') ?? '';
}

/** Each after the one its model was trained from, else oldest first. */
export function inFamilies(evaluations: readonly ResultsEvaluation[]): ResultsEvaluation[] {
  const ordered: ResultsEvaluation[] = [];
  const there = new Set(evaluations.map(({ id }) => id));
  const add = (one: ResultsEvaluation): void => {
    if (ordered.includes(one)) return;
    ordered.push(one);
    for (const child of evaluations.toReversed()) if (child.parent === one.id) add(child);
  };
  for (const one of evaluations.toReversed()) if (one.parent === undefined || !there.has(one.parent)) add(one);
  for (const one of evaluations) add(one);
  return ordered;
}

/** Steps between an evaluation and the first of its family that is shown. */
export function depthOf(one: ResultsEvaluation, shown: readonly ResultsEvaluation[]): number {
  let depth = 0;
  for (let at: ResultsEvaluation | undefined = one; depth < shown.length; depth += 1) {
    at = shown.find(({ id }) => id === at?.parent);
    if (!at) return depth;
  }
  return 0;
}

/** What an older version of the panel may have left is taken as far as it makes sense. */
export function settingsFrom(kept: unknown): ResultsSettings {
  const given = (kept ?? {}) as Partial<Record<keyof ResultsSettings, unknown>>;
  const names = ['metric', 'task', 'study', 'base', 'shownFor', 'first', 'second', 'pairFor', 'evaluation', 'field', 'selected'] as const;
  return {
    tab: tabNames.find((one) => one === given.tab) ?? 'ladder', filter: filterNames.find((one) => one === given.filter) ?? 'all',
    ...Object.fromEntries(names.flatMap((name) => (typeof given[name] === 'string' ? [[name, given[name]]] : []))),
    ...(Array.isArray(given.shown) ? { shown: given.shown.filter((one) => typeof one === 'string') } : {}),
  };
}
