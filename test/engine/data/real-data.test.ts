// Published articles, abstracts, web text, instructions and questions through the readers and into mixes. Needs
// PRECLINICAL_TEST_DATA; says so and skips without it.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { buildMix, planMix, readShard, type MixManifest } from '../../../src/engine/data';
import { readQuestions } from '../../../src/engine/data/questions';
import { loadTokenizer, saveTokenizer, simpleChatTemplate, simpleChatTokens, trainByteLevelBpe, type Tokenizer } from '../../../src/engine/tokenizer';
import { makeWorkspace, type TestWorkspace } from '../../fixtures/data/workspace';
import { realDataFolder } from '../../real-data';

describe('mixes of real data', function () {
  let workspace: TestWorkspace | undefined;
  let tokenizer: Tokenizer;
  let data: string;

  before(async function () {
    const folder = realDataFolder();
    if (folder === undefined) this.skip();
    data = folder;
    workspace = await makeWorkspace();
    const text = await readFile(path.join(data, 'general/wiki_demo.txt'), 'utf8');
    await saveTokenizer(trainByteLevelBpe([text], {
      vocabularySize: 2048, specialTokens: { begin: '<s>', end: '</s>', pad: '<pad>', additional: simpleChatTokens }, chatTemplate: simpleChatTemplate,
    }), path.join(workspace.root, 'tokenizer'));
    tokenizer = await loadTokenizer(path.join(workspace.root, 'tokenizer'));
  });
  after(() => workspace?.remove());

  async function build(yaml: string): Promise<{ manifest: MixManifest; folder: string }> {
    const plan = await planMix(await workspace!.write('real.mix.yaml', yaml.replaceAll('DATA', data.split(path.sep).join('/'))), workspace!.root);
    return { manifest: await buildMix(plan), folder: plan.folder };
  }

  it('continued pretraining: articles of both dialects, abstracts, general text', async () => {
    const { manifest, folder } = await build(`name: cpt
tokenizer: tokenizer
sequenceLength: 256
sources:
  articles: { path: DATA/jats, domain: clinical, phi: none }
  abstracts: { path: DATA/pubmedqa/pqal_dev500.json, domain: clinical, phi: none }
  wiki: { path: DATA/general/wiki_demo.txt, format: lines, domain: general, role: replay, phi: none }
  web: { path: DATA/general/c4_demo.jsonl, domain: general, role: replay, phi: none }
decontaminate: [DATA/qa/pubmedqa.sample50.jsonl, DATA/qa/medqa.sample50.jsonl]
stages:
  - name: main
    tokens: 200000
    sources: { articles: { share: 0.2 }, abstracts: { share: 0.6 }, wiki: { share: 0.1 }, web: { share: 0.1 } }
heldOut:
  clinical: { source: abstracts, fraction: 0.05 }
  general: { source: web, fraction: 0.05 }
`);
    const { articles, abstracts, wiki, web } = manifest.counts;
    assert.deepEqual([articles!.documentsRead, abstracts!.documentsRead, wiki!.documentsRead, web!.documentsRead], [3, 500, 30, 300]);
    assert.deepEqual(articles!.licences, { 'CC BY 2.0': 1, 'public domain': 1, 'CC BY': 1 });
    assert.equal(articles!.partsLeftOut['references'], 64 + 58 + 33);
    assert.equal(abstracts!.documentsKept, 475);
    const shard = await readShard(folder, 'stage-main');
    assert.ok(Math.abs(shard.tokens.length - 200_000) < 20_000, String(shard.tokens.length));
    const text = tokenizer.decode([...shard.tokens]);
    const pubmedqa = JSON.parse(await readFile(path.join(data, 'pubmedqa/pqal_dev500.json'), 'utf8')) as Record<string, { LONG_ANSWER: string }>;
    const answers = Object.values(pubmedqa).map((record) => record.LONG_ANSWER).filter((answer) => answer.length > 60);
    assert.equal(answers.filter((answer) => text.includes(answer)).length, 0);
    assert.doesNotMatch(text, /\uFFFD/);
  });

  it('instruction tuning: Alpaca and chat with content parts', async () => {
    const { manifest, folder } = await build(`name: ift
tokenizer: tokenizer
sequenceLength: 512
sources:
  alpaca: { path: DATA/general/alpaca_en_demo.json, domain: general, phi: none }
  chats: { path: DATA/general/v1_sft_demo.jsonl, domain: general, phi: none }
stages: [{ name: main, sources: { alpaca: { epochs: 1 }, chats: { epochs: 1 } } }]
heldOut: { answers: { source: alpaca, fraction: 0.05 } }
`);
    const { alpaca, chats } = manifest.counts;
    assert.deepEqual([alpaca!.documentsRead, chats!.documentsRead], [999, 500]);
    for (const counts of [alpaca!, chats!]) {
      assert.equal(counts.documentsRead, counts.documentsKept + Object.values(counts.setAside).reduce((a, b) => a + b, 0));
    }
    const shard = await readShard(folder, 'stage-main');
    assert.equal(shard.starts.length, alpaca!.documentsKept + chats!.documentsKept);
    const ends = [...shard.starts.slice(1), shard.tokens.length];
    const whole = ends.flatMap((end, at) => (shard.tokens[end - 1] === tokenizer.endId ? [[shard.starts[at]!, end] as const] : []));
    assert.equal(ends.length - whole.length, alpaca!.truncated + chats!.truncated);
    const [start, end] = whole[0]!;
    const learned = tokenizer.decode([...shard.tokens.subarray(start, end)].filter((_, t) => shard.lossMask![start + t] === 1), { keepSpecialTokens: true });
    assert.match(learned, /[^<]<\/s>$/);
  });

  it('finds an abstract in questions that carry it', async () => {
    const { manifest } = await build(`name: leak
tokenizer: tokenizer
sources: { abstracts: { path: DATA/pubmedqa/pqal_dev500.json, domain: clinical }, wiki: { path: DATA/general/wiki_demo.txt, format: lines, domain: general } }
decontaminate: [DATA/pubmedqa/pqal_dev500.json]
stages: [{ name: main, sources: { wiki: { epochs: 1 } } }]
`).catch((error: unknown) => ({ manifest: error as Error }));
    assert.ok(manifest instanceof Error);
    assert.match(manifest.message, /none of the 500 documents was kept \(found contaminated 500\)/);
  });

  it('reads every question of every sample, with its answer', async () => {
    const files: readonly [file: string, count: number, options: number][] = [
      ['qa/medqa.sample50.jsonl', 50, 4], ['qa/medqa_5options.sample50.jsonl', 50, 5], ['qa/medmcqa.sample50.jsonl', 50, 4],
      ['qa/mmlu.sample50.jsonl', 50, 4], ['qa/pubmedqa.sample50.jsonl', 50, 3], ['pubmedqa/pqal_dev500.json', 500, 3],
    ];
    for (const [file, count, options] of files) {
      const { questions, setAside } = await readQuestions(path.join(data, file));
      assert.deepEqual([questions.length, setAside.length], [count, 0], file);
      assert.ok(questions.every((question) => Object.keys(question.options).length === options), file);
    }
  });
});
