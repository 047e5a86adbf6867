// What a mix reads, part by part: its sources, and the held-out sets that are files of their own. How each is read is the
// same whether a mix is built or only measured.
import type { Problem } from '../../../base/errors/problem';
import type { FoundPlace } from '../../../protocol/mix-findings';
import type { SourceFilters } from '../../../documents/mix/filters';
import type { PhiScreen } from '../../../documents/mix/schema';
import { mixError } from '../plan/place';
import type { MixPlan, PlannedSource } from '../plan/plan';
import { placeText, type ReadOptions as ReadSettings } from '../read/document';

export interface PlannedPart {
  /** Of the source or held-out set. */
  readonly name: string;
  readonly isHeldOut: boolean;
  readonly source: PlannedSource;
  /** How its files are read. */
  readonly read: ReadSettings;
  readonly groupBy: string | undefined;
  readonly minimumCharacters: number;
  readonly filters: SourceFilters | undefined;
  readonly phiScreen: PhiScreen | undefined;
  readonly licence: string | undefined;
}

/** How far a step is. `fraction` of its whole work, where it is counted in something else than `done`. */
export interface BuildProgress {
  readonly label: string;
  readonly done: number;
  readonly total?: number;
  /** What `done` counts; documents when absent. */
  readonly unit?: string;
  readonly fraction?: number;
}

export interface ReadOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: BuildProgress) => void;
  /** Threads to work with; as many as there are cores when absent, one when there is little to read. */
  readonly threads?: number;
}

function readSettings({ textField, maximumRecordBytes, tables, captions }: ReadSettings): ReadSettings {
  return { textField, maximumRecordBytes, tables, captions };
}

/** Held-out files first, then sources: the order in which the first of equal documents is kept. */
export function partsOf(plan: MixPlan): PlannedPart[] {
  return [...heldOutParts(plan), ...sourceParts(plan)];
}

/** As lists and reports name it. */
export function partLabel({ name, isHeldOut }: PlannedPart): string {
  return isHeldOut ? `heldout-${name}` : name;
}

/** In the order in which the first of equal documents is kept. */
export function sourceParts(plan: MixPlan): PlannedPart[] {
  return [...plan.sources].map(([name, source]) => {
    const settings = plan.mix.sources[name]!;
    const { groupBy, minimumCharacters, filters, phiScreen, licence } = settings;
    return { name, isHeldOut: false, source, read: readSettings(settings), groupBy, minimumCharacters, filters, phiScreen, licence };
  });
}

export function heldOutParts(plan: MixPlan): PlannedPart[] {
  return [...plan.heldOutFiles].map(([name, source]) => {
    const set = plan.mix.heldOut[name]!;
    return {
      name, isHeldOut: true, source, read: readSettings(set as Extract<typeof set, { path: string }>),
      groupBy: undefined, minimumCharacters: 1, filters: undefined, phiScreen: undefined, licence: undefined,
    };
  });
}

/** Most tokens of a document; Infinity in a mix of text. */
export function maximumTokens({ content, mix }: MixPlan): number {
  return content === 'instruction' ? mix.sequenceLength + 1 : Infinity;
}

/** What is counted of a part by itself, over its pieces. */
export interface PartCounts {
  readonly records: number;
  readonly rows: number;
  readonly setAside: Readonly<Record<string, number>>;
  readonly firstBad: Readonly<Record<string, { readonly place: FoundPlace; readonly detail: string }>>;
}

/** A source of which nothing can be used is an error of the source, named by its first bad record. */
export function refuseEmpty(plan: MixPlan, part: PlannedPart, { records: documentsRead, rows, setAside, firstBad }: PartCounts): void {
  if (rows > 0) return;
  const field = part.groupBy !== undefined && setAside['no-group-field'] === documentsRead ? 'groupBy' : 'path';
  const [firstReason] = Object.keys(firstBad);
  const bad = firstReason === undefined ? undefined : { reason: firstReason, ...firstBad[firstReason]! };
  const reasons = Object.entries(setAside).map(([reason, count]) => `${reason} ${count}`).join(', ');
  const problem: Omit<Problem, 'severity' | 'file' | 'line' | 'key'> = bad
    ? { code: `mix-${bad.reason}`, value: placeText(bad.place), message: `none of the ${documentsRead} records can be used (${reasons}); the first: ${bad.detail}`, next: 'Mend the file, or name its format and textField.' }
    : { code: 'mix-nothing-kept', value: reasons || 'no documents', message: `none of the ${documentsRead} documents was kept`, next: 'Change the source or the filter that set them aside.' };
  throw mixError(plan.file, [part.isHeldOut ? 'heldOut' : 'sources', part.name, field], problem);
}
