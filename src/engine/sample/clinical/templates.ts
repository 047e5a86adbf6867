// The phrasings of media/sample/templates and how a slot in them is filled.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parse } from 'yaml';
import type { Attribute, Entity } from './facts';

export interface PassageTemplates {
  readonly phrasings: Readonly<Record<Attribute, { readonly training: readonly string[]; readonly heldOut: readonly string[] }>>;
  readonly leadIns: readonly string[];
  readonly combined: Readonly<Record<'drug' | 'antidote' | 'contraindication' | 'condition', readonly string[]>>;
}

export interface QuestionTemplates {
  readonly phrasings: Readonly<Record<Attribute, readonly string[]>>;
}

export async function readTemplates(folder: string): Promise<{ readonly passages: PassageTemplates; readonly questions: QuestionTemplates }> {
  const read = async (name: string): Promise<unknown> => parse(await readFile(path.join(folder, name), 'utf8'));
  return { passages: await read('passages.yaml') as PassageTemplates, questions: await read('questions.yaml') as QuestionTemplates };
}

/** `{slot}` becomes its value; a slot at the start of a sentence is capitalised. */
export function fill(template: string, values: Readonly<Record<string, string>>): string {
  return template.replace(/(^|[.?!] |)\{(\w+)\}/g, (whole: string, start: string, slot: string, offset: number) => {
    const value = values[slot];
    if (value === undefined) throw new Error(`No value for {${slot}} in: ${template}`);
    const opensSentence = start !== '' || (offset === 0 && whole.startsWith('{'));
    return start + (opensSentence ? value.charAt(0).toUpperCase() + value.slice(1) : value);
  });
}

/** Slots of a template, each once. */
export function slotsOf(template: string): string[] {
  return [...new Set(Array.from(template.matchAll(/\{(\w+)\}/g), (match) => match[1]!))];
}

/** The templates that combine facts of this entity. */
export function combinedTemplates(templates: PassageTemplates, entity: Entity): readonly string[] {
  if (entity.kind === 'condition') return templates.combined.condition;
  const counter = entity.facts.some((fact) => fact.attribute === 'antidote') ? 'antidote' : 'contraindication';
  return [...templates.combined.drug, ...templates.combined[counter]];
}
