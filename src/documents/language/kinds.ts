// The four kinds of file: how each is called in the editor, its schema, its parser, and which part of it is YAML.
import type { z } from 'zod';
import type { Parsed } from '../common/parse-yaml';
import { parseCot } from '../cot/parse';
import { cotSchema } from '../cot/schema';
import { parseMix } from '../mix/parse';
import { mixSchema } from '../mix/schema';
import { parseRun } from '../run/parse';
import { runSchema } from '../run/schema';
import { parseStudy } from '../study/parse';
import { studySchema } from '../study/schema';

export interface FileKind {
  readonly name: 'mix' | 'run' | 'study' | 'cot';
  readonly languageId: string;
  readonly suffix: string;
  readonly schema: z.ZodType;
  readonly parse: (text: string, file: string) => Parsed<unknown>;
}

export const fileKinds: readonly FileKind[] = [
  { name: 'mix', languageId: 'preclinical-mix', suffix: '.mix.yaml', schema: mixSchema, parse: (text, file) => parseMix(text, file) },
  { name: 'run', languageId: 'preclinical-run', suffix: '.run.yaml', schema: runSchema, parse: (text, file) => parseRun(text, file) },
  { name: 'study', languageId: 'preclinical-study', suffix: '.study.yaml', schema: studySchema, parse: (text, file) => parseStudy(text, file) },
  { name: 'cot', languageId: 'preclinical-cot', suffix: '.cot', schema: cotSchema, parse: (text, file) => parseCot(text, file) },
];

export function kindOfLanguage(languageId: string): FileKind | undefined {
  return fileKinds.find((kind) => kind.languageId === languageId);
}

/** Part of a file and where it starts. Of YAML: the whole, or the front matter of a .cot file. */
export interface FilePart { readonly text: string; readonly start: number }

/** The Jinja body of a .cot file and where it starts; undefined for other kinds and while the front matter is open. */
export function bodyPart(kind: FileKind, text: string): FilePart | undefined {
  const part = kind.name === 'cot' ? yamlPart(kind, text) : undefined;
  if (!part) return undefined;
  const end = part.start + part.text.length;
  const closing = /^---[ \t]*(?:\r?\n|$)/.exec(text.slice(end));
  return closing ? { text: text.slice(end + closing[0].length), start: end + closing[0].length } : undefined;
}

/** Undefined when a .cot file has no front matter. An open front matter reaches to the end. */
export function yamlPart(kind: FileKind, text: string): FilePart | undefined {
  if (kind.name !== 'cot') return { text, start: 0 };
  const opening = /^\uFEFF?---[ \t]*(?:\r?\n|$)/.exec(text);
  if (!opening) return undefined;
  const start = opening[0].length;
  const rest = text.slice(start);
  const closing = /^---[ \t]*\r?$/m.exec(rest);
  return { text: closing ? rest.slice(0, closing.index) : rest, start };
}
