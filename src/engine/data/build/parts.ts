// What a mix reads, part by part: its sources, and the held-out sets that are files of their own. How each is read is the
// same whether a mix is built or only measured.
import { setImmediate } from 'node:timers/promises';
import type { Problem } from '../../../base/errors/problem';
import type { SourceFilters } from '../../../documents/mix/filters';
import type { PhiScreen } from '../../../documents/mix/schema';
import type { Tokenizer } from '../../tokenizer';
import type { Signer } from '../near/signature';
import { mixError } from '../plan/place';
import type { MixPlan, PlannedSource } from '../plan/plan';
import { placeText, type ReadOptions as ReadSettings } from '../read/document';
import { collect, type Collected, type SeenTexts } from './collect';
import type { Decontaminator } from './decontaminate';
import type { BuildProgress } from './product';

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

export interface ReadOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: BuildProgress) => void;
}

/** Documents between two looks at the signal and the event loop. */
const documentsATurn = 64;

function readSettings({ textField, maximumRecordBytes, tables, captions }: ReadSettings): ReadSettings {
  return { textField, maximumRecordBytes, tables, captions };
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

export interface PartTools extends ReadOptions {
  readonly tokenizer: Tokenizer;
  readonly decontaminator: Decontaminator | undefined;
  readonly seen: SeenTexts | undefined;
  readonly signer: Signer | undefined;
  readonly label: string;
  /** Called after each document with how many have been read. */
  readonly onDocument?: (documentsRead: number) => void;
}

export async function collectPart(plan: MixPlan, part: PlannedPart, tools: PartTools): Promise<Collected> {
  const { label, signal, onProgress } = tools;
  const collected = await collect({
    name: part.isHeldOut ? `heldout-${part.name}` : part.name,
    source: part.source, read: part.read, groupBy: part.groupBy, minimumCharacters: part.minimumCharacters, filters: part.filters, phiScreen: part.phiScreen, licence: part.licence,
    seen: tools.seen, signer: tools.signer, decontaminator: tools.decontaminator, tokenizer: tools.tokenizer,
    chat: { chatTemplate: plan.mix.template.chatTemplate, systemPrompt: plan.mix.template.systemPrompt },
    maximumTokens: maximumTokens(plan),
    onDocument: async (done) => {
      tools.onDocument?.(done);
      if (done % documentsATurn !== 0) return;
      onProgress?.({ label, done });
      await setImmediate();
      signal?.throwIfAborted();
    },
  });
  onProgress?.({ label, done: collected.documentsRead, total: collected.documentsRead });
  signal?.throwIfAborted();
  return collected;
}

/** A source of which nothing can be used is an error of the source, named by its first bad record. */
export function refuseEmpty(plan: MixPlan, part: PlannedPart, { documentsRead, documentsKept, setAside, firstBad }: Collected): void {
  if (documentsKept > 0) return;
  const field = part.groupBy !== undefined && setAside['no-group-field'] === documentsRead ? 'groupBy' : 'path';
  const [bad] = firstBad.values();
  const reasons = Object.entries(setAside).map(([reason, count]) => `${reason} ${count}`).join(', ');
  const problem: Omit<Problem, 'severity' | 'file' | 'line' | 'key'> = bad
    ? { code: `mix-${bad.reason}`, value: placeText(bad.place), message: `none of the ${documentsRead} records can be used (${reasons}); the first: ${bad.detail}`, next: 'Mend the file, or name its format and textField.' }
    : { code: 'mix-nothing-kept', value: reasons || 'no documents', message: `none of the ${documentsRead} documents was kept`, next: 'Change the source or the filter that set them aside.' };
  throw mixError(plan.file, [part.isHeldOut ? 'heldOut' : 'sources', part.name, field], problem);
}
