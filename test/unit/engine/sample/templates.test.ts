// The shipped phrasings and the everyday world: enough of them, well formed, and nothing medical in what is general.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { RandomStream } from '../../../../src/base/math/random';
import { mediaPath } from '../../../../src/engine/parts/assets';
import { attributes, readFacts, type FactBase } from '../../../../src/engine/sample/clinical/facts';
import { fill, readTemplates, slotsOf, type PassageTemplates, type QuestionTemplates } from '../../../../src/engine/sample/clinical/templates';
import { SlotFiller } from '../../../../src/engine/sample/general/filler';
import { proseParagraphs, readGeneral, type GeneralTemplates } from '../../../../src/engine/sample/general/world';

describe('phrasings of the sample', () => {
  let passages: PassageTemplates;
  let questions: QuestionTemplates;
  before(async () => { ({ passages, questions } = await readTemplates(mediaPath('sample', 'templates'))); });

  it('say every attribute in at least twelve ways in training and others when held out', () => {
    for (const attribute of attributes) {
      const { training, heldOut } = passages.phrasings[attribute];
      assert.ok(new Set(training).size >= 12, attribute);
      assert.ok(heldOut.length >= 2, attribute);
      assert.deepEqual(heldOut.filter((phrasing) => training.includes(phrasing)), []);
      for (const phrasing of [...training, ...heldOut]) assert.deepEqual(slotsOf(phrasing).sort(), ['name', 'value'], phrasing);
    }
  });

  it('ask every attribute in at least four ways that do not tell the value', () => {
    for (const attribute of attributes) {
      assert.ok(new Set(questions.phrasings[attribute]).size >= 4, attribute);
      for (const phrasing of questions.phrasings[attribute]) assert.deepEqual(slotsOf(phrasing), ['name'], phrasing);
    }
  });

  it('leave questions, and the colon before an answer, to instruct fine-tuning', () => {
    const all = [...attributes.flatMap((attribute) => Object.values(passages.phrasings[attribute]).flat()), ...Object.values(passages.combined).flat(), ...passages.leadIns];
    assert.deepEqual(all.filter((phrasing) => /[?:]/.test(phrasing)), []);
  });

  it('are whole sentences', () => {
    const all = [...attributes.flatMap((attribute) => [...passages.phrasings[attribute].training, ...passages.phrasings[attribute].heldOut]), ...Object.values(passages.combined).flat(), ...passages.leadIns];
    assert.deepEqual(all.filter((phrasing) => !/^[A-Z{].*\.$/.test(phrasing)), []);
  });

  it('capitalise a slot at the start of a sentence and nowhere else', () => {
    assert.equal(fill('{name} is {value}. {name} again: {name}.', { name: 'heparin', value: 'old' }), 'Heparin is old. Heparin again: heparin.');
    assert.throws(() => fill('{name} is {colour}.', { name: 'heparin' }), /No value for \{colour\}/);
  });
});

describe('everyday world of the sample', () => {
  let general: GeneralTemplates;
  let facts: FactBase;
  before(async () => {
    general = await readGeneral(mediaPath('sample', 'general'));
    facts = await readFacts(mediaPath('sample', 'facts'));
  });

  it('has at least 60 sentences and 20 fillers for every slot', () => {
    const sentences = Object.values(general.scenes).flatMap((scene) => [...scene.opening, ...scene.middle, ...scene.closing]);
    assert.ok(new Set(sentences).size >= 60);
    const sizes = [...Object.entries(general.world.tables).map(([name, table]) => [name, table.rows.length] as const), ...Object.entries(general.world.lists).map(([name, list]) => [name, new Set(list).size] as const)];
    assert.deepEqual(sizes.filter(([, size]) => size < 20), []);
  });

  it('has whole rows and no row twice', () => {
    for (const [name, { columns, rows }] of Object.entries(general.world.tables)) {
      assert.deepEqual(rows.filter((row) => row.length !== columns.length || row.some((cell) => typeof cell !== 'string' || cell === '')), [], name);
      assert.equal(new Set(rows.map((row) => row[0])).size, rows.length, name);
    }
  });

  it('fills every template', () => {
    const random = RandomStream.of(1, 'templates');
    const { scenes, dialogues, world } = general;
    const templates = [
      ...Object.values(scenes).flatMap((scene) => [...scene.opening, ...scene.middle, ...scene.closing]),
      ...dialogues.table.flatMap((one) => one.questions), ...dialogues.story.flatMap((one) => [one.text, one.question]),
    ];
    for (const template of templates) {
      const text = new SlotFiller(world, random).fill(template);
      assert.match(text, /^\p{Lu}[^{}]*[.?]$/u, template);
      assert.doesNotMatch(text, /undefined|\b[Aa] [aeiou]\w/, template);
    }
  });

  it('keeps a filler within a document and its numbers agree', () => {
    const filler = new SlotFiller(general.world, RandomStream.of(3, 'filler'));
    const [one, two] = filler.fill('{person} {person}').split(' ');
    assert.equal(one, two);
    const [, other] = filler.fill('{person} {person2}').split(' ');
    assert.notEqual(one, other);
  });

  it('offers four options only where a column has more values', () => {
    for (const spec of general.dialogues.table.filter((one) => one.options !== false)) {
      const { columns, rows } = general.world.tables[spec.table]!;
      assert.ok(new Set(rows.map((row) => row[columns.indexOf(spec.answer)])).size >= 4, `${spec.table}.${spec.answer}`);
    }
  });

  it('names no drug, no condition and no value of a fact', () => {
    const texts = ['world.yaml', 'scenes.yaml', 'dialogues.yaml', 'prose.md', 'reader.md'].map((name) => readFileSync(mediaPath('sample', 'general', name), 'utf8'));
    const words = ` ${texts.join(' ').toLowerCase().replace(/[^\p{L}\p{N}]+/gu, ' ')} `;
    const medical = new Set(facts.facts.flatMap((fact) => [fact.entity, fact.value]));
    assert.deepEqual([...medical].filter((text) => words.includes(` ${text.replace(/[^a-z0-9]+/g, ' ')} `)), []);
  });

  it('has at least 120 different paragraphs of prose of 40 to 80 words', () => {
    const paragraphs = proseParagraphs(readFileSync(mediaPath('sample', 'general', 'prose.md'), 'utf8'));
    assert.ok(new Set(paragraphs).size >= 120);
    const lengths = paragraphs.map((paragraph) => paragraph.split(/\s+/).length);
    assert.ok(Math.min(...lengths) >= 40 && Math.max(...lengths) <= 80, `${Math.min(...lengths)} to ${Math.max(...lengths)}`);
    assert.deepEqual(paragraphs.filter((paragraph) => paragraph.includes('\n')), []);
  });

  it('shares no sentence between the prose that is measured and the reader that is trained on', () => {
    const sentences = (name: string): string[] => proseParagraphs(readFileSync(mediaPath('sample', 'general', name), 'utf8')).flatMap((paragraph) => paragraph.split(/(?<=[.?!]"?) /));
    const read = new Set(sentences('reader.md'));
    assert.ok(read.size > 500);
    assert.deepEqual(sentences('prose.md').filter((sentence) => read.has(sentence)), []);
  });
});
