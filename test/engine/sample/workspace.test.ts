// The sample workspace as written to disk: the same bytes for the same seed, every document valid, every name encodes.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parseCot } from '../../../src/documents/cot/parse';
import { parseMix } from '../../../src/documents/mix/parse';
import { parseRun } from '../../../src/documents/run/parse';
import { parseStudy } from '../../../src/documents/study/parse';
import { readQuestions } from '../../../src/engine/data/questions';
import { loadTask } from '../../../src/engine/evaluate';
import { createSampleWorkspace, type SampleOptions } from '../../../src/engine/sample';
import { loadTokenizer } from '../../../src/engine/tokenizer';

async function filesUnder(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const names = entries.filter((entry) => entry.isFile()).map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name))).sort();
  return Object.fromEntries(await Promise.all(names.map(async (name) => [name, await readFile(path.join(folder, name), 'utf8')] as const)));
}

function hashes(files: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(files).map(([name, text]) => [name, createHash('sha256').update(text).digest('hex')]));
}

describe('sample workspace', () => {
  let folder: string;
  const make = async (name: string, options: SampleOptions): Promise<string> => {
    const target = path.join(folder, name);
    await createSampleWorkspace(target, options);
    return target;
  };
  before(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'preclinical-sample-'));
    await make('full', {});
    await make('tiny', { scale: 'tiny' });
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it('is the same to the byte for the same seed, and not for another', async () => {
    const again = hashes(await filesUnder(await make('again', { seed: 1 })));
    assert.deepEqual(again, hashes(await filesUnder(path.join(folder, 'full'))));
    const other = hashes(await filesUnder(await make('other', { scale: 'tiny', seed: 2 })));
    const tiny = hashes(await filesUnder(path.join(folder, 'tiny')));
    assert.deepEqual(Object.keys(other), Object.keys(tiny));
    for (const name of ['data/clinical/passages.jsonl', 'data/instructions/dialogues.jsonl', 'data/questions/tested.jsonl', 'tokenizer/tokenizer.json']) {
      assert.notEqual(other[name], tiny[name], name);
    }
  });

  for (const scale of ['full', 'tiny']) {
    it(`has documents without a problem (${scale})`, async () => {
      const files = await filesUnder(path.join(folder, scale));
      const parsers = { '.mix.yaml': parseMix, '.run.yaml': parseRun, '.study.yaml': parseStudy, '.cot': parseCot };
      const seen = Object.entries(files).flatMap(([name, text]) => Object.entries(parsers).filter(([suffix]) => name.endsWith(suffix)).map(([, parser]) => {
        const { document, problems } = parser(text, name);
        assert.deepEqual(problems, [], name);
        assert.ok(document);
        return name;
      }));
      assert.deepEqual(Object.keys(parsers).map((suffix) => seen.filter((name) => name.endsWith(suffix)).length), [4, 5, 5, 2]);
      for (const name of Object.keys(files).filter((one) => one.startsWith('tasks'))) {
        const task = await loadTask(path.join(folder, scale, name));
        const { questions, setAside } = await readQuestions(task.dataFiles[0]!);
        assert.deepEqual(setAside, []);
        assert.ok(questions.length > 0);
      }
    });
  }

  it('names only files that are there', async () => {
    const root = path.join(folder, 'full');
    const files = await filesUnder(root);
    for (const [name, text] of Object.entries(files).filter(([one]) => /\.(yaml|cot)$/.test(one))) {
      const named = [...text.matchAll(/(?:path|data|questions|tokenizer|run|prompt|dataset_path): (?:\{ path: )?([\w./-]+\/[\w.-]+)/g)].map((match) => match[1]!);
      for (const one of named) {
        const file = path.relative(root, path.resolve(root, path.dirname(name), one));
        assert.ok(file in files || Object.keys(files).some((other) => other.startsWith(`${file}${path.sep}`)), `${name} names ${one}`);
      }
    }
  });

  it('trains the two continued pretrainings on equal tokens, and no cell of instruct differently', async () => {
    const files = await filesUnder(path.join(folder, 'full'));
    const mix = (name: string): NonNullable<ReturnType<typeof parseMix>['document']> => parseMix(files[`mixes/${name}.mix.yaml`]!, name).document!;
    assert.equal(mix('clinical-cpt').stages[0]!.tokens, mix('general-cpt').stages[0]!.tokens);
    const run = (name: string): object => ({ ...parseRun(files[`runs/${name}.run.yaml`]!, name).document, name: '', data: '', neftune: undefined });
    assert.deepEqual(run('cpt-clinical'), run('cpt-general'));
    assert.deepEqual(run('instruct'), run('instruct-neftune'));
    assert.ok(Object.values(mix('instruct').sources).every((source) => source.domain !== 'clinical'));
  });

  it('has a tokenizer that gives every name back and most of them in at most three tokens', async () => {
    const root = path.join(folder, 'full');
    const tokenizer = await loadTokenizer(path.join(root, 'tokenizer'));
    const passages = (await readFile(path.join(root, 'data/clinical/passages.jsonl'), 'utf8')).trim().split('\n').map((line) => JSON.parse(line) as { entity: string; text: string });
    const names = [...new Set(passages.map((passage) => passage.entity))];
    for (const name of names) assert.equal(tokenizer.decode(tokenizer.encode(` ${name}`)), ` ${name}`);
    const short = names.filter((name) => tokenizer.encode(` ${name}`).length <= 3);
    assert.ok(short.length >= 0.9 * names.length, `${short.length} of ${names.length}`);
    assert.ok(passages.every((passage) => tokenizer.encode(passage.text).length <= 64));
  });

  it('renders dialogues as the tasks ask', async () => {
    const root = path.join(folder, 'full');
    const tokenizer = await loadTokenizer(path.join(root, 'tokenizer'));
    const messages = [{ role: 'user', content: 'What rules out losartan?' }, { role: 'assistant', content: 'pregnancy' }];
    assert.equal(tokenizer.renderChat(messages), 'Question: What rules out losartan?\nAnswer: pregnancy<|endoftext|>');
    assert.equal(tokenizer.renderChat(messages.slice(0, 1), { addGenerationPrompt: true }), 'Question: What rules out losartan?\nAnswer:');
    const task = await loadTask(path.join(root, 'tasks/facts-text.yaml'));
    assert.equal(task.fields.text({ question: 'What rules out losartan?' }), 'Question: What rules out losartan?\nAnswer:');
    const dialogues = (await readFile(path.join(root, 'data/instructions/dialogues.jsonl'), 'utf8')).trim().split('\n')
      .map((line) => JSON.parse(line) as { messages: { role: string; content: string }[] });
    const longest = Math.max(...dialogues.map((dialogue) => tokenizer.encode(tokenizer.renderChat(dialogue.messages)).length));
    assert.ok(longest <= 65, `the longest dialogue has ${longest} tokens, a row 64 and one target`);
  });
});
