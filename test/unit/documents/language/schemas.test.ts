// Policy of the schemas: every key says what it is, and the JSON schemas in the tree are those of the source.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { jsonSchemaFiles } from '../../../../src/documents/language/json-schema';
import { fileKinds } from '../../../../src/documents/language/kinds';

const root = process.env['PRECLINICAL_ROOT'] ?? process.cwd();
const folder = path.join(root, 'media/schemas');

/** Dotted paths of all properties of a JSON schema that have no description of their own. */
function undescribed(schema: unknown, at = ''): string[] {
  if (Array.isArray(schema)) return schema.flatMap((one) => undescribed(one, at));
  if (typeof schema !== 'object' || schema === null) return [];
  return Object.entries(schema).flatMap(([key, value]) => {
    if (key !== 'properties') return undescribed(value, at);
    return Object.entries(value as Record<string, { description?: string }>).flatMap(([name, property]) => [
      ...(property.description === undefined ? [`${at}${name}`] : []), ...undescribed(property, `${at}${name}.`),
    ]);
  });
}

describe('schemas', () => {
  for (const kind of fileKinds) {
    it(`describe every key of *${kind.suffix}`, () => {
      assert.deepEqual(undescribed(JSON.parse(jsonSchemaFiles().get(`${kind.name}.schema.json`)!)), []);
    });
  }

  it('find no problem in the sample workspace', () => {
    const sample = path.join(root, 'media/sample/workspace');
    const files = readdirSync(sample, { recursive: true, encoding: 'utf8' }).flatMap((file) => fileKinds.filter((kind) => file.endsWith(kind.suffix)).map((kind) => ({ kind, file })));
    assert.deepEqual(new Set(files.map(({ kind }) => kind.name)).size, fileKinds.length);
    for (const { kind, file } of files) assert.deepEqual(kind.parse(readFileSync(path.join(sample, file), 'utf8'), file).problems, []);
  });

  it('are in media/schemas as `npm run schemas` writes them, and nothing else is', () => {
    const files = jsonSchemaFiles();
    assert.deepEqual(readdirSync(folder).sort(), [...files.keys()].sort());
    for (const [name, text] of files) assert.equal(readFileSync(path.join(folder, name), 'utf8'), text, `${name} is out of date: run \`npm run schemas\`.`);
  });

  it('belong to languages of the manifest with the same file names', () => {
    const { contributes } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { contributes: { languages: { id: string; filenamePatterns: string[] }[] } };
    // Answers are shown, never written, so that no schema describes them.
    const written = contributes.languages.filter((one) => one.id !== 'preclinical-answer');
    assert.deepEqual(written.map((one) => [one.id, one.filenamePatterns]), fileKinds.map((kind) => [kind.languageId, [`*${kind.suffix}`]]));
  });
});
