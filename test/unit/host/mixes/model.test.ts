// The engine is asked only of mixes of which something changed.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseMix } from '../../../../src/documents/mix/parse';
import { MixesModel } from '../../../../src/host/mixes/model';
import { mixTemplate } from '../../../../src/host/mixes/template';

describe('the model of mixes', () => {
  let root: string;
  let asked: string[][];
  let files: string[];
  let answers: boolean;
  let model: MixesModel;
  const write = (name: string, text: string): string => {
    writeFileSync(path.join(root, name), text);
    return path.join(root, name);
  };
  const mix = (name: string): string => `name: ${name}\ntokenizer: .\nsources: { a: { path: ${name}.txt, domain: d } }\nstages: [{ name: s, sources: { a: { epochs: 1 } } }]\n`;

  beforeEach(() => {
    root = mkdtempSync(path.join(tmpdir(), 'preclinical-mixes-'));
    asked = [];
    answers = true;
    write('one.txt', 'x');
    files = [write('one.mix.yaml', mix('one')), write('two.mix.yaml', mix('two'))];
    model = new MixesModel({
      root, files: () => Promise.resolve(files), jobs: () => [],
      ask: (some) => {
        asked.push(some.map((file) => path.basename(file)));
        return Promise.resolve(answers ? some.map((file) => ({ file, hash: '0123456789ab', builds: [] })) : undefined);
      },
    });
  });
  afterEach(() => { rmSync(root, { recursive: true }); });

  it('asks once, and again of what changed: the file or what it reads', async () => {
    assert.equal(await model.refresh(), true);
    assert.equal(await model.refresh(), false);
    assert.deepEqual(asked, [['one.mix.yaml', 'two.mix.yaml']]);
    utimesSync(write('one.txt', 'xy'), 5, 5);
    await model.refresh();
    write('two.mix.yaml', `${mix('two')}# changed\n`);
    await model.refresh();
    assert.deepEqual(asked.slice(1), [['one.mix.yaml'], ['two.mix.yaml']]);
    await model.refresh({ anew: true });
    assert.deepEqual(asked.at(-1), ['one.mix.yaml', 'two.mix.yaml']);
  });

  it('asks nothing of a file with an error, and says what is wrong with it', async () => {
    write('two.mix.yaml', 'name: two\n');
    await model.refresh();
    assert.deepEqual(asked, [['one.mix.yaml']]);
    assert.match(model.find(files[1]!)!.problem!, /sources/);
  });

  it('keeps asking where the engine could not be asked, and forgets files that are gone', async () => {
    answers = false;
    await model.refresh();
    answers = true;
    await model.refresh();
    assert.equal(asked.length, 2);
    rmSync(files[0]!);
    assert.equal(await model.refresh(), true);
    assert.deepEqual(model.entries.map((entry) => entry.name), ['two']);
  });

  it('begins a new mix from a template without a problem', () => {
    assert.deepEqual(parseMix(mixTemplate('fresh'), 'fresh.mix.yaml').problems, []);
  });
});
