// The shipped facts: form, codes, sources, uniqueness, and that every fact leaves enough options that are surely wrong.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { attributes, readFacts, type Conflicts, type FactBase } from '../../../../src/engine/sample/clinical/facts';
import { parseTable } from '../../../../src/engine/sample/clinical/table';
import { mediaPath } from '../../../../src/engine/parts/assets';

const folder = mediaPath('sample', 'facts');
const read = (name: string): string => readFileSync(mediaPath('sample', 'facts', name), 'utf8');

describe('facts of the sample', () => {
  let base: FactBase;
  before(async () => { base = await readFacts(folder); });

  it('are about at least 60 drugs and 60 conditions, three facts each', () => {
    assert.ok(base.entities.filter((entity) => entity.kind === 'drug').length >= 60);
    assert.ok(base.entities.filter((entity) => entity.kind === 'condition').length >= 60);
    assert.deepEqual([...new Set(base.entities.map((entity) => entity.facts.length))], [3]);
  });

  it('name every drug and condition, and every code, once', () => {
    const names = base.entities.map((entity) => entity.name);
    const codes = base.entities.map((entity) => entity.code);
    assert.deepEqual(names.filter((name, index) => names.indexOf(name) !== index), []);
    assert.deepEqual(codes.filter((code, index) => codes.indexOf(code) !== index), []);
  });

  it('have ATC codes of level 5 and ICD-10 codes of three or four characters', () => {
    const form = { drug: /^[A-DGHJLMNPRSV]\d{2}[A-Z]{2}\d{2}$/, condition: /^[A-Z]\d{2}(\.\d)?$/ };
    assert.deepEqual(base.entities.filter((entity) => !form[entity.kind].test(entity.code)).map((entity) => entity.code), []);
  });

  it('have values of one to four words in lower case, without stray spaces', () => {
    const form = /^[a-z0-9][a-z0-9-]*( [a-z0-9][a-z0-9-]*){0,3}$/;
    const texts = base.facts.flatMap((fact) => [fact.entity, fact.value]);
    assert.deepEqual(texts.filter((text) => !form.test(text)), []);
  });

  it('are tables without trailing blanks or quotes', () => {
    for (const name of ['drugs.tsv', 'conditions.tsv', 'sources.tsv']) {
      const bad = read(name).split('\n').flatMap((line, index) => (/[ \t]$| \t|\t |"|\r/.test(line) ? [`${name}:${index + 1}`] : []));
      assert.deepEqual(bad, []);
    }
  });

  it('each name a kind of source that is explained, and every explained kind is used', () => {
    const explained = parseTable(read('sources.tsv')).map((row) => row.text('kind')).sort();
    assert.deepEqual([...new Set(base.entities.map((entity) => entity.source))].sort(), explained);
  });

  it('never show the name in the value', () => {
    const shared = (left: string, right: string): boolean => {
      const [a, b] = [left.replaceAll(' ', ''), right.replaceAll(' ', '')];
      return Array.from({ length: Math.max(0, a.length - 4) }, (_, index) => a.slice(index, index + 5)).some((run) => b.includes(run));
    };
    assert.deepEqual(base.facts.filter((fact) => shared(fact.entity, fact.value)).map((fact) => `${fact.entity}: ${fact.value}`), []);
  });

  it('leave at least eight values of the attribute that are surely wrong', () => {
    const few = base.facts.filter((fact) => base.valuesOf(fact.attribute).filter((value) => base.isWrongFor(fact, value)).length < 8);
    assert.deepEqual(few.map((fact) => fact.id), []);
  });

  it('conflict only over entities, attributes and values that exist', () => {
    const conflicts = parse(read('conflicts.yaml')) as Conflicts;
    const values = new Map(attributes.map((attribute) => [attribute as string, new Set(base.valuesOf(attribute))]));
    const ofGroups = Object.entries(conflicts.groups).flatMap(([attribute, groups]) =>
      groups.flat().filter((value) => !values.get(attribute)?.has(value)).map((value) => `${attribute}: ${value}`));
    const ofEntities = Object.entries(conflicts.alsoTrue).flatMap(([entity, lists]) => Object.entries(lists).flatMap(([attribute, list]) => {
      const fact = base.facts.find((one) => one.entity === entity && one.attribute === attribute);
      if (!fact) return [`${entity} has no ${attribute}`];
      return list.filter((value) => value === fact.value || !values.get(attribute)?.has(value)).map((value) => `${entity} ${attribute}: ${value}`);
    }));
    assert.deepEqual([...ofGroups, ...ofEntities], []);
  });

  it('are known well enough to be spot-checked', () => {
    const valueOf = new Map(base.facts.map((fact) => [fact.id, fact.value]));
    assert.equal(valueOf.get('heparin/antidote'), 'protamine');
    assert.equal(valueOf.get('paracetamol/antidote'), 'acetylcysteine');
    assert.equal(valueOf.get('lisinopril/effect'), 'dry cough');
    assert.equal(valueOf.get('myasthenia gravis/test'), 'acetylcholine receptor antibodies');
  });

  it('a wrong option is neither the right one, nor of its group, nor also true', () => {
    const heparin = base.facts.find((fact) => fact.id === 'heparin/effect')!;
    assert.equal(base.isWrongFor(heparin, 'thrombocytopenia'), false);
    assert.equal(base.isWrongFor(heparin, 'agranulocytosis'), false, 'same group');
    assert.equal(base.isWrongFor(heparin, 'bleeding'), false, 'also true');
    assert.equal(base.isWrongFor(heparin, 'dry cough'), true);
  });
});
