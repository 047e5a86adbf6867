// Questions from the Hugging Face Hub, by a server on this machine: found by the data set's card or its names, downloaded
// once, and read from Parquet as from JSON.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { knownTaskFile, loadTask, loadTasks, prepareItems } from '../../../src/engine/evaluate';
import { splitFiles } from '../../../src/engine/hub/dataset-files';
import { HubServer } from '../hub/hub-server';

const parquet = (columns: Readonly<Record<string, readonly unknown[]>>): Buffer =>
  Buffer.from(parquetWriteBuffer({ columnData: Object.entries(columns).map(([name, data]) => ({ name, data: [...data] })) }));
const cop = [3n, 0n];
const medmcqa = { question: ['Which?', 'Why?'], opa: ['a', 'e'], opb: ['b', 'f'], opc: ['c', 'g'], opd: ['d', 'h'], cop };
const card = '---\nconfigs:\n- config_name: anatomy\n  data_files:\n  - split: test\n    path: anatomy/test-*\n  - split: dev\n    path: anatomy/dev-*\n---\n# a data set';
const mmlu = (question: string): Buffer => parquet({ question: [question], choices: [['w', 'x', 'y', 'z']], answer: [2n] });

describe('questions of the Hub', () => {
  let home: string;
  let server: HubServer;
  const before_ = { ...process.env };
  const use = (variables: Record<string, string>): void => { Object.assign(process.env, { HF_HOME: home, HF_HUB_OFFLINE: '', ...variables }); };

  before(async () => {
    home = mkdtempSync(path.join(tmpdir(), 'preclinical-questions-'));
    server = new HubServer({
      'openlifescienceai/medmcqa': { 'README.md': Buffer.from('# no configs'), 'data/train-00000-of-00001.parquet': parquet(medmcqa), 'data/validation-00000-of-00001.parquet': parquet(medmcqa), '.gitattributes': Buffer.from('x') },
      'cais/mmlu': { 'README.md': Buffer.from(card), 'anatomy/test-00000-of-00001.parquet': mmlu('What?'), 'anatomy/dev-00000-of-00001.parquet': mmlu('Shown?'), 'all/test.parquet': mmlu('Never?') },
      'augtoma/usmle_step_1': { 'data/test-00000-of-00001.parquet': parquet({ question: ['Who?'], options: [{ A: 'a', B: 'b', C: null }], answer_idx: ['B'] }) },
      'bigbio/pubmed_qa': { 'pubmed_qa_labeled_fold0_source/test/0000.parquet': parquet({ QUESTION: ['Does it?'], CONTEXTS: [['One.', 'Two.']], final_decision: ['maybe'] }), 'other/test/0000.parquet': mmlu('Never?') },
      'acme/own': { 'questions.test.jsonl': Buffer.from('{"q": "Is it?", "a": 1}\n') },
    });
    use({ HF_ENDPOINT: await server.start() });
  });
  after(async () => {
    for (const name of ['HF_HOME', 'HF_HUB_OFFLINE', 'HF_ENDPOINT']) if (before_[name] === undefined) Reflect.deleteProperty(process.env, name); else process.env[name] = before_[name];
    await server.stop();
    rmSync(home, { recursive: true });
  });

  /** Each once: tables are large files, which are answered by a redirect to /large. */
  const contents = (): string[] => server.requests.filter(({ method, url }) => method === 'GET' && !url.startsWith('/api') && !url.startsWith('/large')).map(({ url }) => url.split('/').slice(6).join('/'));
  const noNetwork = { download: () => assert.fail('something was downloaded again') };

  it('are downloaded for the splits that are asked, and then in the cache', async () => {
    const file = knownTaskFile('medmcqa')!;
    await assert.rejects(loadTask(file), /--data/);
    const task = await loadTask(file, { download: () => undefined });
    assert.deepEqual(contents(), ['README.md', 'data/validation-00000-of-00001.parquet']);
    const { items } = await prepareItems(task);
    assert.deepEqual(items.map(({ context, gold }) => [context, gold]), [
      ['Question: Which?\nChoices:\nA. a\nB. b\nC. c\nD. d\nAnswer:', 3], ['Question: Why?\nChoices:\nA. e\nB. f\nC. g\nD. h\nAnswer:', 0],
    ]);
    use({ HF_HUB_OFFLINE: '1' });
    assert.deepEqual((await loadTask(file, noNetwork)).dataFiles, task.dataFiles);
    await assert.rejects(loadTask(file, { ...noNetwork, fewshotCount: 2 }), /HF_HUB_OFFLINE/, 'examples come from a split that is not there yet');
    use({});
  });

  it('are found by the card of the data set, by the branch that holds tables, and with as many options as there are', async () => {
    const { tasks } = await loadTasks(['mmlu_anatomy', 'pubmedqa', 'usmle_step_1'].map((name) => knownTaskFile(name)!), { download: () => undefined, fewshotCount: 0 });
    const prompts = await Promise.all(tasks.map(async (task) => (await prepareItems(task)).items.map(({ context, choices, gold }) => [context.split('\n\n').at(-1), choices[gold!]])));
    assert.deepEqual(prompts, [
      [['What?\nA. w\nB. x\nC. y\nD. z\nAnswer:', 'C']], [['Abstract: One.\nTwo.\nQuestion: Does it?\nAnswer:', 'maybe']], [['Question: Who?\nA. a\nB. b\nAnswer:', 'B']],
    ]);
    const withShots = await loadTask(knownTaskFile('mmlu_anatomy')!, { download: () => undefined, fewshotCount: 1 });
    assert.match((await prepareItems(withShots, undefined, { fewshotCount: 1 })).items[0]!.context, /about anatomy\.\n\nShown\?\nA\. w.*Answer: C\n\nWhat\?/s);
  });

  it('of any data set are had by its id', async () => {
    const file = path.join(home, 'own.yaml');
    writeFileSync(file, 'task: own\ndataset_path: acme/own\noutput_type: multiple_choice\ntest_split: test\ndoc_to_text: "{{q}}"\ndoc_to_choice: [no-, yes-]\ndoc_to_target: a\n');
    assert.equal((await prepareItems(await loadTask(file, { download: () => undefined }))).items[0]!.context, 'Is it?');
    writeFileSync(file, 'task: own\ndataset_path: acme/own\noutput_type: multiple_choice\ntest_split: validation\ndoc_to_text: "{{q}}"\ndoc_to_choice: [no-, yes-]\ndoc_to_target: a\n');
    await assert.rejects(loadTask(file, { download: () => undefined }), /no files of validation.*It has: test/s);
  });
});

describe('splitFiles', () => {
  it('goes by the card, else by the names nearest to the end of the path', () => {
    const files = ['train.json', 'dev.json', 'en/test.csv', 'en/validation-0.parquet', 'en/validation-1.parquet', 'notes.txt', '.cache/test.json'];
    assert.deepEqual([...splitFiles(files, undefined, undefined)], [['validation', ['dev.json', 'en/validation-0.parquet', 'en/validation-1.parquet']], ['test', ['en/test.csv']], ['train', ['train.json']]]);
    assert.deepEqual([...splitFiles(files, 'en', undefined)], [['test', ['en/test.csv']], ['validation', ['en/validation-0.parquet', 'en/validation-1.parquet']]]);
    const said = '---\nconfigs:\n  - config_name: small\n    data_files: dev.json\n  - config_name: default\n    data_files:\n      - split: test\n        path: ["en/*-?.parquet", "**/dev.json"]\n---\n';
    assert.deepEqual([...splitFiles(files, undefined, said)], [['test', ['dev.json', 'en/validation-0.parquet', 'en/validation-1.parquet']]]);
    assert.deepEqual([...splitFiles(files, 'small', said)], [['train', ['dev.json']]]);
  });
});
