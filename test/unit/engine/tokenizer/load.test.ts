// Opening a tokenizer folder: where templates are found, and what is said of folders that cannot be used.
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { UserError } from '../../../../src/base/errors/problem';
import { copyTokenizerFiles, loadTokenizer, saveTokenizer, simpleChatTemplate, simpleChatTokens, trainByteLevelBpe } from '../../../../src/engine/tokenizer';

const files = trainByteLevelBpe(['fever and cough'], {
  vocabularySize: 270,
  specialTokens: { begin: '<s>', end: '</s>', additional: simpleChatTokens },
  chatTemplate: simpleChatTemplate,
});

describe('loadTokenizer', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'preclinical-tokenizer-'));
    await saveTokenizer(files, folder);
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const changeConfig = async (change: (config: Record<string, unknown>) => void): Promise<void> => {
    const file = path.join(folder, 'tokenizer_config.json');
    const config = JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>;
    change(config);
    await writeFile(file, JSON.stringify(config));
  };
  const problemOf = async (): Promise<UserError['problems'][0]> => {
    const error = await loadTokenizer(folder).then(() => assert.fail('it opened'), (reason: unknown) => reason);
    assert.ok(error instanceof UserError, String(error));
    return error.problems[0]!;
  };

  it('copies to a folder that opens as the same tokenizer', async () => {
    const copy = path.join(folder, 'copy');
    await copyTokenizerFiles(folder, copy);
    assert.equal((await loadTokenizer(copy)).hash, (await loadTokenizer(folder)).hash);
  });

  it('takes tokens written as objects, as transformers does', async () => {
    await changeConfig((config) => { config['eos_token'] = { content: '<|end|>', special: true }; });
    const tokenizer = await loadTokenizer(folder);
    assert.equal(tokenizer.endId, tokenizer.specialTokens.get('<|end|>'));
  });

  it('prefers chat_template.jinja, then the template named default', async () => {
    await changeConfig((config) => { config['chat_template'] = [{ name: 'tool_use', template: 'no' }, { name: 'default', template: 'yes' }]; });
    assert.equal((await loadTokenizer(folder)).chatTemplate, 'yes');
    await writeFile(path.join(folder, 'chat_template.jinja'), 'from the file');
    assert.equal((await loadTokenizer(folder)).chatTemplate, 'from the file');
  });

  it('names what a template refuses', async () => {
    const tokenizer = await loadTokenizer(folder);
    assert.throws(() => tokenizer.renderChat([{ role: 'tool', content: 'x' }]), (error) =>
      error instanceof UserError && /Unknown role: tool/.test(error.message) && error.problems[0]!.code === 'chat-template-failed');
  });

  it('names the file that says a token the vocabulary lacks, in a message that a person can read', async () => {
    await writeFile(path.join(folder, 'special_tokens_map.json'), JSON.stringify({ pad_token: 'x'.repeat(100_000) }));
    await changeConfig((config) => { delete config['pad_token']; });
    const { file, key } = await problemOf();
    assert.deepEqual([file, key], [path.join(folder, 'special_tokens_map.json'), 'pad_token']);
    await assert.rejects(loadTokenizer(folder), ({ message }: Error) => message.length < 1000);
  });

  it('says which file is missing', async () => {
    await rm(path.join(folder, 'tokenizer.json'));
    const problem = await problemOf();
    assert.equal(problem.code, 'tokenizer-not-found');
    assert.equal(problem.file, path.join(folder, 'tokenizer.json'));
  });

  it('says that JSON is broken, that a token is unknown, that none ends a text', async () => {
    await changeConfig((config) => { config['bos_token'] = '<unheard-of>'; });
    assert.deepEqual([(await problemOf()).key, (await problemOf()).value], ['bos_token', '<unheard-of>']);
    await changeConfig((config) => { delete config['bos_token']; delete config['eos_token']; });
    await rm(path.join(folder, 'special_tokens_map.json'));
    assert.equal((await problemOf()).code, 'tokenizer-no-end');
    await writeFile(path.join(folder, 'tokenizer.json'), '{"model": ');
    assert.equal((await problemOf()).code, 'tokenizer-not-readable');
  });

  it('says so when a template is needed and there is none', async () => {
    await changeConfig((config) => { delete config['chat_template']; });
    const tokenizer = await loadTokenizer(folder);
    assert.throws(() => tokenizer.renderChat([{ role: 'user', content: 'x' }]), /chatTemplate/);
    assert.equal(tokenizer.renderChat([{ role: 'user', content: 'x' }], { chatTemplate: '{{ messages[0].content }}!' }), 'x!');
  });
});
