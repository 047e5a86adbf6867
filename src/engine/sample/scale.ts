// How much the generator writes, and what changes in the workspace's files at a smaller scale: media/sample/scales.yaml.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parse } from 'yaml';
import type { ClinicalDialogueCounts } from './clinical/dialogues';
import type { PassageCounts } from './clinical/passages';
import type { GeneralDialogueCounts } from './general/dialogues';

export const scaleNames = ['full', 'tiny'] as const;
export type ScaleName = (typeof scaleNames)[number];

export interface Scale {
  readonly drugs: number;
  readonly conditions: number;
  readonly passages: PassageCounts;
  /** Characters of general text, by file. */
  readonly stories: { readonly base: number; readonly further: number; readonly replay: number; readonly heldOut: number };
  /** Paragraphs of the hand-written reader. */
  readonly readerParagraphs: number;
  readonly clinicalDialogues: ClinicalDialogueCounts;
  readonly generalDialogues: GeneralDialogueCounts;
  readonly vocabularySize: number;
  /** By file of the workspace: values that replace those of the shipped file, by dotted key. */
  readonly files: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

export async function readScale(media: string, name: ScaleName): Promise<Scale> {
  const scales = parse(await readFile(path.join(media, 'scales.yaml'), 'utf8')) as Readonly<Record<ScaleName, Scale>>;
  return scales[name];
}
