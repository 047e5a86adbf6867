// How the user looks at the findings: kept with the panel, over hiding and reloading. Names and places only, never texts.
import { type FindingFilter, type FindingList, findingLists, type FindingsScope } from '../../src/protocol/panels/findings';

export const tabs = ['funnel', ...findingLists] as const;
export type Tab = (typeof tabs)[number];
export const units = ['documents', 'bytes', 'tokens'] as const;
export type Unit = (typeof units)[number];

export interface ListSettings { readonly filter: FindingFilter; readonly selected?: number }

export interface FindingsSettings {
  readonly tab: Tab;
  /** Of the funnel. */
  readonly unit: Unit;
  readonly source?: string;
  readonly lists: Readonly<Partial<Record<FindingList, ListSettings>>>;
}

export interface KeptState { readonly scope: FindingsScope; readonly settings: FindingsSettings }

export const firstSettings: FindingsSettings = { tab: 'funnel', unit: 'documents', lists: {} };

/** What an older version of the panel may have left is taken as far as it makes sense. */
export function settingsFrom(kept: unknown): FindingsSettings {
  const given = (kept ?? {}) as Partial<Record<keyof FindingsSettings, unknown>>;
  const lists = (given.lists ?? {}) as Readonly<Record<string, { readonly filter?: unknown; readonly selected?: unknown } | undefined>>;
  return {
    tab: tabs.find((tab) => tab === given.tab) ?? 'funnel',
    unit: units.find((unit) => unit === given.unit) ?? 'documents',
    ...(typeof given.source === 'string' ? { source: given.source } : {}),
    lists: Object.fromEntries(findingLists.flatMap((list) => {
      const one = lists[list];
      return one ? [[list, { filter: filterFrom(one.filter), ...(Number.isInteger(one.selected) ? { selected: one.selected as number } : {}) }]] : [];
    })),
  };
}

function filterFrom(kept: unknown): FindingFilter {
  const { source, kind } = (kept ?? {}) as { readonly source?: unknown; readonly kind?: unknown };
  return { ...(typeof source === 'string' ? { source } : {}), ...(typeof kind === 'string' ? { kind } : {}) };
}
