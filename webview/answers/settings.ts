// How the user looks at the answers: kept with the panel, over hiding and reloading. Ids only, never texts.
import type { AnswersScope, AnswersVariant } from '../../src/protocol/panels/answers';

export const filterNames = ['all', 'disagree', 'wrongInAll', 'noAnswer', 'fixed', 'broken'] as const;
export type FilterName = (typeof filterNames)[number];

export interface AnswersSettings {
  readonly filter: FilterName;
  /** Ids of the variants that `fixed` and `broken` compare. */
  readonly from?: string;
  readonly to?: string;
  /** The column rows are ordered by; absent is the order of the file. */
  readonly sort?: { readonly variant: string; readonly first: 'wrong' | 'right' };
  /** Ids of the columns, when the user chose them; `shownFor` is the focus they were chosen under. */
  readonly shown?: readonly string[];
  readonly shownFor?: string;
  /** Pixels. */
  readonly scrollTop: number;
  readonly selected?: { readonly row: string; readonly variant: string };
}

export interface KeptState { readonly scope: AnswersScope; readonly settings: AnswersSettings }

export const firstSettings: AnswersSettings = { filter: 'all', scrollTop: 0 };

/** Columns that stand side by side before the user chooses. */
const mostAtFirst = 8;

/** In the order of `variants`. */
export function shownVariants(variants: readonly AnswersVariant[], scope: AnswersScope, settings: AnswersSettings): AnswersVariant[] {
  const { shown, shownFor } = settings;
  if (shown && shownFor === scope.focus) return variants.filter(({ id }) => shown.includes(id));
  const focused = variants.filter(({ job, cot }) => scope.focus !== undefined && (job === scope.focus || cot === scope.focus));
  return (focused.length > 0 ? focused : variants).slice(0, mostAtFirst);
}

/** Whether the two differ at most in what is selected and how far one has scrolled. */
export function showsSameRows(a: AnswersSettings, b: AnswersSettings): boolean {
  return a.filter === b.filter && a.from === b.from && a.to === b.to && a.sort === b.sort && a.shown === b.shown;
}

/** What an older version of the panel may have left is taken as far as it makes sense. */
export function settingsFrom(kept: unknown): AnswersSettings {
  const given = (kept ?? {}) as Partial<Record<keyof AnswersSettings, unknown>>;
  const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
  const { variant, first } = (given.sort ?? {}) as Record<string, unknown>;
  const { row, variant: column } = (given.selected ?? {}) as Record<string, unknown>;
  return {
    filter: filterNames.find((one) => one === given.filter) ?? 'all',
    scrollTop: Number(given.scrollTop) > 0 ? Number(given.scrollTop) : 0,
    ...optional('from', text(given.from)), ...optional('to', text(given.to)), ...optional('shownFor', text(given.shownFor)),
    ...optional('sort', typeof variant === 'string' && (first === 'wrong' || first === 'right') ? { variant, first } : undefined),
    ...optional('shown', Array.isArray(given.shown) ? given.shown.filter((one) => typeof one === 'string') : undefined),
    ...optional('selected', typeof row === 'string' && typeof column === 'string' ? { row, variant: column } : undefined),
  };
}

function optional<Key extends string, Value>(key: Key, value: Value | undefined): { [K in Key]?: Value } {
  return value === undefined ? {} : { [key]: value } as { [K in Key]?: Value };
}
