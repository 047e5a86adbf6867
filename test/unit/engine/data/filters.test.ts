// The filters of a source against datatrove's own verdicts (test/reference/make_filters.py), and what turns them on and off.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { gopherQualitySchema, gopherRepetitionSchema, sourceFiltersSchema } from '../../../../src/documents/mix/filters';
import { filterFault } from '../../../../src/engine/data/filters/filter';
import { qualityFault } from '../../../../src/engine/data/filters/quality';
import { repetitionFault } from '../../../../src/engine/data/filters/repetition';
import { splitWords } from '../../../../src/engine/data/filters/words';
import { packageRoot } from '../../../../src/engine/parts/assets';

interface Case { readonly name: string; readonly text: string; readonly words: number; readonly quality: string | null; readonly qualityFrom5Words: string | null; readonly repetition: string | null }

const { cases } = JSON.parse(readFileSync(path.join(packageRoot, 'test/fixtures/data/filters.json'), 'utf8')) as { readonly cases: readonly Case[] };
const quality = gopherQualitySchema.parse({});
const repetition = gopherRepetitionSchema.parse({});
const named = (reason: string | null): string | undefined => reason?.replaceAll('_', '-');

describe('filters', () => {
  it('split a text into as many words as datatrove', () => {
    assert.deepEqual(cases.map(({ name, text }) => [name, splitWords(text).length]), cases.map(({ name, words }) => [name, words]));
  });

  it('decide as GopherQualityFilter', () => {
    const ours = (limits: typeof quality): unknown[] => cases.map(({ name, text }) => [name, qualityFault(text, splitWords(text), limits)?.rule]);
    assert.deepEqual(ours(quality), cases.map((one) => [one.name, named(one.quality)]));
    assert.deepEqual(ours({ ...quality, minDocWords: 5 }), cases.map((one) => [one.name, named(one.qualityFrom5Words)]));
    assert.ok(new Set(cases.map((one) => one.quality)).size >= 9, 'most rules fire in the set');
  });

  it('decide as GopherRepetitionFilter', () => {
    assert.deepEqual(cases.map(({ name, text }) => [name, repetitionFault(text, splitWords(text), repetition)?.rule]), cases.map((one) => [one.name, named(one.repetition)]));
    assert.ok(new Set(cases.map((one) => one.repetition)).size >= 8, 'most rules fire in the set');
  });

  it('keep everything when every limit is 0 or no filter is named', () => {
    const off = sourceFiltersSchema.parse({
      gopherQuality: Object.fromEntries(Object.keys(quality).map((key) => [key, 0])),
      gopherRepetition: { dupLineFrac: 0, dupParaFrac: 0, dupLineCharFrac: 0, dupParaCharFrac: 0, topNGrams: [], dupNGrams: [[5, 0]] },
    });
    for (const { name, text } of cases) {
      assert.equal(filterFault(text, undefined, off), undefined, name);
      assert.equal(filterFault(text, undefined, {}), undefined, name);
    }
  });

  it('allow the licences that are named, the source\'s where a document states none', () => {
    const filters = sourceFiltersSchema.parse({ licences: ['CC BY 4.0', 'CC0'] });
    assert.equal(filterFault('Text.', 'cc by 4.0 ', filters), undefined);
    assert.deepEqual(filterFault('Text.', 'CC BY-NC 4.0', filters), { rule: 'licence-not-allowed', value: 'CC BY-NC 4.0', limit: 'CC BY 4.0, CC0' });
    assert.equal(filterFault('Text.', undefined, filters)?.value, 'not stated');
  });

  it('set documents aside that are too long, in characters and not in halves of them', () => {
    const filters = sourceFiltersSchema.parse({ maximumCharacters: 4 });
    assert.equal(filterFault('\u{1f600}\u{1f600}\u{1f600}\u{1f600}', undefined, filters), undefined);
    assert.deepEqual(filterFault('12345', undefined, filters), { rule: 'too-long', value: 5, limit: 4 });
  });

  it('keep the languages that are wanted, and texts too short to tell', () => {
    const texts = {
      en: 'The patient was admitted to the hospital with fever and a productive cough, and was given amoxicillin by mouth for seven days before going home.',
      de: 'Der Patient wurde mit Fieber und Husten in das Krankenhaus aufgenommen und erhielt sieben Tage lang Amoxicillin, bevor er nach Hause entlassen wurde.',
      fr: 'Le patient a été hospitalisé pour une fièvre et une toux grasse, et il a reçu de l’amoxicilline pendant sept jours avant de rentrer chez lui.',
    };
    const fired = (languages: string[]): unknown[] => Object.values(texts).map((text) => filterFault(text, undefined, sourceFiltersSchema.parse({ languages }))?.value);
    assert.deepEqual(fired(['en']), [undefined, 'de', 'fr']);
    assert.deepEqual(fired(['deu', 'fr']), ['en', undefined, undefined]);
    assert.equal(filterFault('Der Patient hat Fieber.', undefined, sourceFiltersSchema.parse({ languages: ['en'] })), undefined);
  });
});
