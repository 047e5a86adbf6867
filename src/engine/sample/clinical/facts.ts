// The facts of the sample as media/sample/facts states them: one value for an attribute of a drug or a condition, and
// which values may not be offered as wrong because they could be called right.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parse } from 'yaml';
import { parseTable, type TableRow } from './table';

export const attributes = ['class', 'effect', 'antidote', 'contraindication', 'hallmark', 'test', 'treatment'] as const;
export type Attribute = (typeof attributes)[number];

export interface Fact {
  /** `entity/attribute`. */
  readonly id: string;
  /** Name of the drug or condition, lower case. */
  readonly entity: string;
  readonly attribute: Attribute;
  readonly value: string;
}

export interface Entity {
  readonly name: string;
  readonly kind: 'drug' | 'condition';
  /** ATC or ICD-10 code. */
  readonly code: string;
  /** Kind of source, such as `pharmacology textbook`. */
  readonly source: string;
  readonly facts: readonly Fact[];
}

type ValuesByAttribute = Readonly<Record<string, readonly string[]>>;

export interface Conflicts {
  /** Values of an attribute that overlap, in groups. */
  readonly groups: Readonly<Record<string, readonly (readonly string[])[]>>;
  /** By entity and attribute: values beside the fact's that are true or arguable. */
  readonly alsoTrue: Readonly<Record<string, ValuesByAttribute>>;
}

export interface FactBase {
  readonly entities: readonly Entity[];
  readonly facts: readonly Fact[];
  /** Every value of an attribute, also those of entities left out by `firstEntities`. */
  valuesOf(attribute: Attribute): readonly string[];
  /** Whether a value may be offered as a wrong answer where the fact's value is right. */
  isWrongFor(fact: Fact, value: string): boolean;
}

export async function readFacts(folder: string): Promise<FactBase> {
  const read = (name: string): Promise<string> => readFile(path.join(folder, name), 'utf8');
  const drugs = parseTable(await read('drugs.tsv')).map(toDrug);
  const conditions = parseTable(await read('conditions.tsv')).map(toCondition);
  return factBase([...drugs, ...conditions], parse(await read('conflicts.yaml')) as Conflicts);
}

export function factBase(entities: readonly Entity[], conflicts: Conflicts): FactBase {
  const isWrongFor = (fact: Fact, value: string): boolean => {
    const groups = conflicts.groups[fact.attribute] ?? [];
    const alsoTrue = conflicts.alsoTrue[fact.entity]?.[fact.attribute] ?? [];
    return value !== fact.value && !alsoTrue.includes(value)
      && !groups.some((group) => group.includes(value) && group.includes(fact.value));
  };
  const facts = entities.flatMap((entity) => entity.facts);
  const valuesOf = (attribute: Attribute): string[] => [...new Set(facts.filter((fact) => fact.attribute === attribute).map((fact) => fact.value))];
  return { entities, facts, valuesOf, isWrongFor };
}

/** The first `drugs` drugs and `conditions` conditions only. */
export function firstEntities(base: FactBase, counts: { readonly drugs: number; readonly conditions: number }): FactBase {
  const drugs = base.entities.filter((entity) => entity.kind === 'drug').slice(0, counts.drugs);
  const conditions = base.entities.filter((entity) => entity.kind === 'condition').slice(0, counts.conditions);
  const entities = [...drugs, ...conditions];
  return { ...base, entities, facts: entities.flatMap((entity) => entity.facts) };
}

function toDrug(row: TableRow): Entity {
  const name = row.text('name');
  const values: [string, string][] = [['class', row.text('class')], ['effect', row.text('effect')], [row.text('kind'), row.text('counter')]];
  return { name, kind: 'drug', code: row.text('atc'), source: row.text('source'), facts: values.map(([attribute, value]) => toFact(name, attribute, value)) };
}

function toCondition(row: TableRow): Entity {
  const name = row.text('name');
  const facts = ['hallmark', 'test', 'treatment'].map((attribute) => toFact(name, attribute, row.text(attribute)));
  return { name, kind: 'condition', code: row.text('icd10'), source: row.text('source'), facts };
}

function toFact(entity: string, attribute: string, value: string): Fact {
  const known = attributes.find((one) => one === attribute);
  if (known === undefined) throw new Error(`No attribute ${attribute} in the facts (${entity}).`);
  return { id: `${entity}/${known}`, entity, attribute: known, value };
}
