// The model in media/sample/model: it opens, it is the sample workspace's, it knows what the sample taught it, and it is small.
// When the sample's texts have changed, `npm run sample:model` makes it anew.
import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { readQuestions } from '../../../src/engine/data/questions';
import { createLikelihoodModel, openCheckpoint, type LoadedCheckpoint } from '../../../src/engine/inference';
import { mediaPath } from '../../../src/engine/parts/assets';
import { createSampleWorkspace } from '../../../src/engine/sample';

const folder = mediaPath('sample', 'model');

describe('the model that is shipped', () => {
  let workspace: string;
  let checkpoint: LoadedCheckpoint;
  before(async () => {
    workspace = await mkdtemp(path.join(os.tmpdir(), 'preclinical-shipped-'));
    await createSampleWorkspace(workspace);
    checkpoint = await openCheckpoint(folder);
  });
  after(async () => {
    checkpoint.model.dispose();
    await rm(workspace, { recursive: true, force: true });
  });

  it('takes less than 3 MB, with its tokenizer and its card', async () => {
    const names = await readdir(folder);
    const sizes = await Promise.all(names.map(async (name) => (await stat(path.join(folder, name))).size));
    const bytes = sizes.reduce((sum, size) => sum + size, 0);
    assert.ok(bytes < 3_000_000, `${bytes} bytes`);
    for (const name of ['config.json', 'model.safetensors', 'tokenizer.json', 'README.md']) assert.ok(names.includes(name), name);
    const card = await readFile(path.join(folder, 'README.md'), 'utf8');
    assert.match(card, /knows no medicine/);
    assert.match(card, /licence/);
  });

  it('has the tokenizer of the sample workspace, so that it can be trained on there', async () => {
    const [own, ofWorkspace] = await Promise.all([path.join(folder, 'tokenizer.json'), path.join(workspace, 'tokenizer', 'tokenizer.json')].map((file) => readFile(file, 'utf8')));
    assert.equal(own, ofWorkspace);
    assert.ok(checkpoint.tokenizer.chatTemplate);
  });

  it('answers tested questions by likelihood far better than chance', async () => {
    const { questions } = await readQuestions(path.join(workspace, 'data', 'questions', 'tested.jsonl'));
    const asked = questions.filter((_, index) => index % 3 === 0);
    assert.ok(asked.length >= 40);
    const requests = asked.flatMap(({ question, options }) => Object.values(options).map((option) => ({ context: `Question: ${question}\nAnswer:`, continuation: ` ${option}` })));
    const scores = (await createLikelihoodModel(checkpoint).logLikelihood(requests)).map(({ logLikelihood }, index) => logLikelihood / requests[index]!.continuation.length);
    const right = asked.filter(({ options, answerIndex }, index) => {
      const count = Object.keys(options).length;
      const own = scores.slice(index * count, (index + 1) * count);
      return own.indexOf(Math.max(...own)) === answerIndex;
    });
    // One in four by chance; the card says the whole set's figure.
    assert.ok(right.length / asked.length > 0.6, `${right.length} of ${asked.length}`);
  });
});
