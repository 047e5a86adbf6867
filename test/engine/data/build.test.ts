// A mix from files to shards and back: what is in the product, that everything dropped is counted, that the same inputs
// give the same bytes, and what is said when something is wrong.
import assert from 'node:assert/strict';
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { Stopped, UserError } from '../../../src/base/errors/problem';
import { buildMix, planMix, readContamination, readManifest, readReport, readShard, type MixManifest, type TokenShard } from '../../../src/engine/data';
import { packageRoot } from '../../../src/engine/parts/assets';
import type { ContaminationLine } from '../../../src/protocol/mix-findings';
import { loadTokenizer, type Tokenizer } from '../../../src/engine/tokenizer';
import { cacheFolder } from '../../../src/runs/layout';
import { addTokenizer, makeWorkspace, type TestWorkspace } from '../../fixtures/data/workspace';

const question = { id: 'leak', question: 'Which drug is given first to a patient who has pneumonia and no allergy at all?', options: { A: 'x', B: 'y' }, answer_idx: 'A' };
const jsonl = (records: readonly unknown[]): string => `${records.map((record) => (typeof record === 'string' ? record : JSON.stringify(record))).join('\n')}\n`;
const note = (i: number): object => ({ text: `Note ${i}: the patient has fever number ${i}.`, patient: `p${i % 10}` });
const chat = (q: string, a: string): object => ({ messages: [{ role: 'user', content: q }, { role: 'assistant', content: a }] });

const textMix = `name: clinical
tokenizer: tokenizer
sequenceLength: 32
seed: 7
sources:
  notes: { path: data/notes.jsonl, domain: clinical, groupBy: patient, phi: deidentified, egress: never, minimumCharacters: 5 }
  articles: { path: "data/*.nxml", domain: clinical, phi: none }
  general: { path: data/general.txt, format: lines, domain: general, role: replay, phi: none }
decontaminate: [data/questions.jsonl]
stages:
  - name: first
    tokens: 2000
    sources: { notes: { share: 0.6 }, general: { share: 0.4 } }
  - name: second
    sources: { articles: { epochs: 2 } }
heldOut:
  clinical: { source: notes, fraction: 0.1 }
  general: { path: data/other.txt, format: lines, domain: general }
`;

async function textWorkspace(): Promise<TestWorkspace> {
  const workspace = await makeWorkspace({
    'clinical.mix.yaml': textMix,
    'data/notes.jsonl': jsonl([
      ...Array.from({ length: 100 }, (_, i) => note(i)), note(3), '{"text": broken', { text: 'abc', patient: 'p1' }, { text: 'No patient is named here.' },
      { text: `Asked: ${question.question}`, patient: 'p2' }, { text: '  NOTE 5: the patient\thas fever number 5. ', patient: 'p9' },
    ]),
    'data/general.txt': `${Array.from({ length: 100 }, (_, i) => `General line ${i} about the weather.`).join('\n')}\nNote 4: the patient has fever number 4.\nOther line 1 </s> here.\n`,
    'data/other.txt': 'Other line 1 </s> here.\nOther line 2.\n',
    'data/questions.jsonl': jsonl([question]),
  });
  const fixture = (name: string): Promise<string> => readFile(path.join(packageRoot, 'test', 'fixtures', 'data', name), 'utf8');
  await workspace.write('data/one.nxml', await fixture('article-jats.nxml'));
  await workspace.write('data/two.nxml', await fixture('article-nlm.nxml'));
  await addTokenizer(path.join(workspace.root, 'tokenizer'));
  return workspace;
}

function documentsOf(shard: TokenShard): number[][] {
  return Array.from(shard.starts, (start, i) => [...shard.tokens.subarray(start, shard.starts[i + 1])]);
}

const rejection = async (promise: Promise<unknown>): Promise<UserError['problems'][0]> => {
  const error = await promise.then(() => assert.fail('nothing was thrown'), (reason: unknown) => reason);
  assert.ok(error instanceof UserError, String(error));
  return error.problems[0]!;
};

describe('a mix of text', () => {
  let workspace: TestWorkspace;
  let tokenizer: Tokenizer;
  let manifest: MixManifest;
  let folder: string;
  const build = async (): Promise<MixManifest> => buildMix(await planMix(path.join(workspace.root, 'clinical.mix.yaml'), workspace.root));

  before(async () => {
    workspace = await textWorkspace();
    tokenizer = await loadTokenizer(path.join(workspace.root, 'tokenizer'));
    manifest = await build();
    folder = path.join(workspace.root, '.preclinical', 'mixes', 'clinical', manifest.hash);
  });
  after(() => workspace.remove());

  it('counts everything that is read, kept and dropped', () => {
    const { setAside, ...notes } = manifest.counts['notes']!;
    const { 'held-out': heldOut, ...others } = setAside;
    assert.deepEqual(others, { 'duplicate': 2, 'not-json': 1, 'too-short': 1, 'no-group-field': 1, 'contaminated': 1 });
    assert.equal(heldOut, 10);
    assert.deepEqual([notes.documentsRead, notes.documentsKept], [106, 90]);
    assert.deepEqual(manifest.counts['general']!.setAside, { 'duplicate': 1, 'equal-to-held-out': 1 });
    for (const counts of Object.values(manifest.counts)) {
      assert.equal(counts.documentsRead, counts.documentsKept + Object.values(counts.setAside).reduce((a, b) => a + b, 0));
    }
  });

  it('says how articles were read', () => {
    const { partsLeftOut, licences, documentsKept } = manifest.counts['articles']!;
    assert.equal(documentsKept, 2);
    assert.equal(partsLeftOut['references'], 3);
    assert.deepEqual(licences, { 'CC BY-NC 4.0': 1, 'CC BY': 1 });
  });

  it('writes documents between BOS and EOS, every token with loss', async () => {
    const shard = await readShard(folder, 'stage-first');
    assert.equal(shard.lossMask, undefined);
    for (const ids of documentsOf(shard)) {
      assert.equal(ids[0], tokenizer.beginId);
      assert.equal(ids.indexOf(tokenizer.endId), ids.length - 1);
    }
    const [stage] = manifest.stages;
    assert.deepEqual([shard.tokens.length, shard.starts.length, stage!.lossTokens], [stage!.tokens, stage!.documents, stage!.tokens]);
    assert.ok(Math.abs(stage!.sources['notes']!.share - 0.6) < 0.02);
    assert.equal(manifest.stages[1]!.sources['articles']!.epochs, 2);
  });

  it('keeps whole patients out, and nothing held out is trained on', async () => {
    const text = (shard: TokenShard): string[] => documentsOf(shard).map((ids) => tokenizer.decode(ids));
    const patients = (texts: readonly string[]): Set<number> => new Set(texts.flatMap((one) => [...one.matchAll(/^Note (\d+)/g)].map((match) => Number(match[1]) % 10)));
    const held = text(await readShard(folder, 'heldout-clinical'));
    const trained = [...text(await readShard(folder, 'stage-first')), ...text(await readShard(folder, 'stage-second'))];
    assert.equal(patients(held).size, 1);
    assert.ok([...patients(held)].every((patient) => !patients(trained).has(patient)));
    const own = text(await readShard(folder, 'heldout-general'));
    assert.deepEqual(own, ['Other line 1 </s> here.', 'Other line 2.']);
    assert.ok(trained.every((one) => !own.includes(one)));
    assert.deepEqual(manifest.heldOut.map(({ name, domain, documents, bytes }) => [name, domain, documents, bytes]), [
      ['clinical', 'clinical', 10, held.reduce((sum, one) => sum + Buffer.byteLength(one), 0)],
      ['general', 'general', 2, own.reduce((sum, one) => sum + Buffer.byteLength(one), 0)],
    ]);
  });

  it('inherits the strictest egress and PHI status', () => {
    assert.deepEqual([manifest.egress, manifest.phi, manifest.content], ['never', 'deidentified', 'text']);
  });

  it('lists contamination by ids, and reports without text of any document', async () => {
    const listed = (await readFile(path.join(folder, 'contamination.jsonl'), 'utf8')).trim().split('\n').map((line) => JSON.parse(line) as ContaminationLine);
    assert.deepEqual(listed.map((hit) => [hit.item, hit.document, hit.benchmark, hit.nGram, hit.dropped]), [['leak', 'data/notes.jsonl:105', 'questions', 13, true]]);
    const words = `Asked: ${question.question}`.slice(listed[0]!.start, listed[0]!.end);
    assert.equal(words, 'Which drug is given first to a patient who has pneumonia and no');
    const report = await readFile(path.join(folder, 'report.md'), 'utf8');
    assert.match(report, /not-json at data\/notes\.jsonl:102/);
    for (const words of ['fever', 'weather', 'Which drug', 'broken']) assert.doesNotMatch(report, new RegExp(words));
  });

  it('is readable by its owner only', async () => {
    for (const name of await readdir(folder)) assert.equal((await stat(path.join(folder, name))).mode & 0o777, 0o600, name);
  });

  it('gives the same bytes again, and is found when it is there', async () => {
    const manifestFile = path.join(folder, 'manifest.json');
    const first = await readFile(manifestFile, 'utf8');
    const { mtimeMs } = await stat(manifestFile);
    await build();
    assert.equal((await stat(manifestFile)).mtimeMs, mtimeMs);
    await rm(folder, { recursive: true });
    await build();
    assert.equal(await readFile(manifestFile, 'utf8'), first);
    assert.deepEqual(JSON.parse(first), await readManifest(folder));
  });

  it('builds again what is damaged', async () => {
    await workspace.write(path.join(path.relative(workspace.root, folder), 'stage-first.tokens.bin'), 'cut');
    assert.equal((await rejection(readShard(folder, 'stage-first'))).code, 'mix-product-damaged');
    await build();
    assert.equal((await readShard(folder, 'stage-first')).tokens.length, manifest.stages[0]!.tokens);
  });

  it('has another hash for another seed, input, tokenizer or override, not for another description', async () => {
    const file = path.join(workspace.root, 'clinical.mix.yaml');
    const hash = async (overrides: Record<string, unknown> = {}): Promise<string> => (await planMix(file, workspace.root, overrides)).hash;
    assert.equal(await hash({ description: 'other words' }), manifest.hash);
    assert.notEqual(await hash({ seed: 8 }), manifest.hash);
    const general = await readFile(path.join(workspace.root, 'data/other.txt'), 'utf8');
    await workspace.write('data/other.txt', `${general}more\n`);
    assert.notEqual(await hash(), manifest.hash);
    await workspace.write('data/other.txt', general);
    assert.equal(await hash(), manifest.hash);
    await workspace.write('tokenizer/chat_template.jinja', 'x');
    assert.notEqual(await hash(), manifest.hash);
    await rm(path.join(workspace.root, 'tokenizer/chat_template.jinja'));
  });

  it('two builds at once give one product', async () => {
    await rm(folder, { recursive: true });
    const [one, two] = await Promise.all([build(), build()]);
    assert.deepEqual(one, two);
    assert.deepEqual(await readdir(path.dirname(folder)), [manifest.hash]);
  });

  it('leaves nothing behind when it is stopped', async () => {
    await rm(folder, { recursive: true });
    await rm(cacheFolder(workspace.root), { recursive: true });
    const plan = await planMix(path.join(workspace.root, 'clinical.mix.yaml'), workspace.root);
    for (const label of ['Reading general', 'Writing']) {
      const controller = new AbortController();
      await assert.rejects(buildMix(plan, { signal: controller.signal, onProgress: (progress) => { if (progress.label === label) controller.abort(new Stopped()); } }), Stopped);
      assert.deepEqual(await readdir(path.dirname(folder)), []);
    }
    await build();
  });
});

describe('a mix with instructions', () => {
  let workspace: TestWorkspace;
  let tokenizer: Tokenizer;
  let manifest: MixManifest;
  let shard: TokenShard;
  before(async () => {
    workspace = await makeWorkspace({
      'instruct.mix.yaml': `name: instruct
tokenizer: tokenizer
sequenceLength: 40
template: { systemPrompt: Answer. }
sources:
  chats: { path: data/chats.jsonl, domain: clinical, phi: none }
  replay: { path: data/long.txt, domain: general, role: replay, phi: none }
stages: [{ name: main, sources: { chats: { epochs: 1 }, replay: { epochs: 1 } } }]
heldOut: { answers: { path: data/held.json, format: alpaca, domain: clinical } }
`,
      'data/chats.jsonl': jsonl([
        chat('Fever?', 'Yes.'), chat('Cough?', 'word '.repeat(60).trim()), chat('long '.repeat(60).trim(), 'Past the end.'), chat('A <|end|> inside?', 'x'),
        chat('Twice?', 'y'), chat('twice?', 'Y'), { messages: [] },
      ]),
      'data/long.txt': 'general text '.repeat(50),
      'data/held.json': JSON.stringify([{ instruction: 'Held?', input: '', output: 'Out.' }]),
    });
    await addTokenizer(path.join(workspace.root, 'tokenizer'));
    tokenizer = await loadTokenizer(path.join(workspace.root, 'tokenizer'));
    const plan = await planMix(path.join(workspace.root, 'instruct.mix.yaml'), workspace.root);
    manifest = await buildMix(plan);
    shard = await readShard(plan.folder, 'stage-main');
  });
  after(() => workspace.remove());

  it('counts what could not be learnt from, and what was cut or split', () => {
    const { setAside, truncated, documentsKept } = manifest.counts['chats']!;
    assert.deepEqual(setAside, { 'answer-past-sequence-length': 1, 'special-token-in-message': 1, 'duplicate': 1, 'no-turns': 1 });
    assert.deepEqual([documentsKept, truncated, manifest.counts['replay']!.split], [3, 1, 1]);
  });

  it('has no document longer than a sequence and its last target', () => {
    for (const ids of documentsOf(shard)) assert.ok(ids.length <= 41);
  });

  it('masks all but the answers, and no token of replayed text', () => {
    const mask = shard.lossMask!;
    const learned = documentsOf(shard).map((ids, i) => ids.filter((_, t) => mask[shard.starts[i]! + t] === 1)).map((ids) => tokenizer.decode(ids, { keepSpecialTokens: true }));
    assert.ok(learned.includes('Yes.</s>'));
    assert.ok(learned.includes('y</s>'));
    assert.equal(learned.filter((text) => text.startsWith('word word')).length, 1);
    assert.equal(learned.filter((text) => /general|text/.test(text)).join('').replace(/<\/?s>/g, '').length > 300, true);
    assert.equal(manifest.stages[0]!.lossTokens, mask.reduce((a, b) => a + b, 0));
    assert.deepEqual([manifest.content, manifest.sequenceLength], ['instruction', 40]);
  });

  it('counts bytes of answers for a held-out set of instructions', () => {
    assert.deepEqual(manifest.heldOut.map(({ documents, bytes }) => [documents, bytes]), [[1, 4]]);
  });
});

describe('a mix that cannot be built', () => {
  let workspace: TestWorkspace;
  before(async () => {
    workspace = await makeWorkspace({ 'data/a.txt': 'Some text.\n', 'data/bad.jsonl': '{"text":\n', 'data/other.jsonl': '{"body":"x"}\n', 'data/q.jsonl': '{}\n' });
    await addTokenizer(path.join(workspace.root, 'tokenizer'));
  });
  after(() => workspace.remove());

  const problem = async (change: Readonly<Record<string, string>>): Promise<UserError['problems'][0]> => {
    const parts = { path: 'data/a.txt', more: '', tokenizer: 'tokenizer', stage: '{ a: { epochs: 1 } }', after: '', ...change };
    await workspace.write('m.mix.yaml', `name: m\ntokenizer: ${parts.tokenizer}\nsources:\n  a:\n    path: ${parts.path}\n    domain: x\n${parts.more}stages: [{ name: s, sources: ${parts.stage} }]\n${parts.after}`);
    return rejection(planMix(path.join(workspace.root, 'm.mix.yaml'), workspace.root).then((plan) => buildMix(plan)));
  };
  const cases: readonly [name: string, change: Readonly<Record<string, string>>, code: string, line: number, key: string, value: string | undefined][] = [
    ['a path that is not there', { path: 'data/none.txt' }, 'mix-source-not-found', 5, 'sources.a.path', 'data/none.txt'],
    ['a glob that matches nothing', { path: '"data/*.pdf"' }, 'mix-source-not-found', 5, 'sources.a.path', 'data/*.pdf'],
    ['a form nobody knows', { path: 'data/other.jsonl' }, 'mix-unknown-format', 4, 'sources.a.format', 'data/other.jsonl'],
    ['a field that no record has', { path: 'data/other.jsonl', more: '    format: jsonl\n' }, 'mix-no-text-field', 5, 'sources.a.path', 'data/other.jsonl:1'],
    ['JSON lines that are all broken', { path: 'data/bad.jsonl', more: '    format: jsonl\n' }, 'mix-not-json', 5, 'sources.a.path', 'data/bad.jsonl:1'],
    ['a group that no document has', { more: '    groupBy: patient\n' }, 'mix-nothing-kept', 7, 'sources.a.groupBy', 'no-group-field 1'],
    ['no tokenizer', { tokenizer: 'nowhere' }, 'tokenizer-not-found', 2, 'tokenizer', 'nowhere'],
    ['question files without a question', { after: 'decontaminate: [data/q.jsonl]\n' }, 'questions-none', 1, 'question', undefined],
    ['too many repeats', { stage: '{ a: { epochs: 9 } }' }, 'mix-repeat-cap', 7, 'stages.0.sources.a', undefined],
    ['an unknown source', { stage: '{ b: { epochs: 1 } }' }, 'mix-unknown-source', 7, 'stages.0.sources.b', 'b'],
    ['everything held out', { after: 'heldOut: { h: { source: a, fraction: 0.5 } }\n' }, 'mix-held-out-takes-all', 8, 'heldOut.h.fraction', '0.5'],
  ];
  for (const [name, change, code, line, key, value] of cases) {
    it(name, async () => {
      const found = await problem(change);
      assert.deepEqual([found.code, found.line, found.key], [code, line, key], found.message);
      if (value !== undefined) assert.equal(found.value, value);
      assert.ok(found.next && found.file);
    });
  }

  it('says of question files that are not there that they are not checked', async () => {
    await workspace.write('n.mix.yaml', 'name: n\ntokenizer: tokenizer\nsources: { a: { path: data/a.txt, domain: x } }\nstages: [{ name: s, sources: { a: { epochs: 1 } } }]\ndecontaminate: [data/medqa.jsonl]\n');
    const plan = await planMix(path.join(workspace.root, 'n.mix.yaml'), workspace.root);
    await buildMix(plan);
    const { summary } = await readContamination(plan);
    assert.deepEqual(summary.checked.map(({ benchmark, state }) => [benchmark, state]), [['medqa', 'not-checked'], ['medmcqa', 'not-checked'], ['pubmedqa', 'not-checked'], ['mmlu', 'not-checked']]);
    assert.match(await readReport(plan), /medqa .*not checked/);
  });

  it('leaves no folder of a mix that failed', async () => {
    const left = await readdir(path.join(workspace.root, '.preclinical', 'mixes', 'm')).catch(() => []);
    assert.deepEqual(left, []);
  });
});
