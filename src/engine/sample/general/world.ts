// The everyday world of media/sample/general: tables whose rows belong together, lists of words, and the templates over them.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parse } from 'yaml';

export interface WorldTable {
  /** The first column is the name of the row. */
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export interface World {
  readonly tables: Readonly<Record<string, WorldTable>>;
  readonly lists: Readonly<Record<string, readonly string[]>>;
}

export interface Scene {
  readonly opening: readonly string[];
  readonly middle: readonly string[];
  readonly closing: readonly string[];
}

export interface TableQuestion {
  readonly table: string;
  /** Column that answers. */
  readonly answer: string;
  readonly questions: readonly string[];
  /** false: too few different values for four options. */
  readonly options?: boolean;
}

export interface StoryQuestion { readonly text: string; readonly question: string; readonly answer: string }

export interface GeneralTemplates {
  readonly world: World;
  readonly scenes: Readonly<Record<string, Scene>>;
  readonly dialogues: { readonly table: readonly TableQuestion[]; readonly story: readonly StoryQuestion[] };
}

export async function readGeneral(folder: string): Promise<GeneralTemplates> {
  const read = async (name: string): Promise<unknown> => parse(await readFile(path.join(folder, name), 'utf8'));
  const { scenes } = await read('scenes.yaml') as Pick<GeneralTemplates, 'scenes'>;
  return {
    world: await read('world.yaml') as World, scenes,
    dialogues: await read('dialogues.yaml') as GeneralTemplates['dialogues'],
  };
}

/** Paragraphs of the hand-written prose, headings left out. */
export function proseParagraphs(markdown: string): string[] {
  return markdown.split(/\n{2,}/).map((paragraph) => paragraph.trim()).filter((paragraph) => paragraph !== '' && !paragraph.startsWith('#'));
}
