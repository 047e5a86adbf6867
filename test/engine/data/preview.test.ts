// What a mix would train on, before it is built: the same tokens with the same loss mask as the build then writes.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { buildMix, planMix, previewMix, readShard } from '../../../src/engine/data';
import { loadTokenizer } from '../../../src/engine/tokenizer';
import type { PreviewedDocument, PreviewStretch } from '../../../src/protocol/mix-preview';
import { addTokenizer, makeWorkspace, type TestWorkspace } from '../../fixtures/data/workspace';

const mix = `name: m
tokenizer: tokenizer
sequenceLength: 64
sources:
  chats: { path: chats.jsonl, format: chat, domain: a }
  pairs: { path: pairs.jsonl, format: prompt-completion, domain: a }
  notes: { path: notes.txt, format: lines, domain: b, phiScreen: redact }
stages: [{ name: all, sources: { chats: { epochs: 1 }, pairs: { epochs: 1 }, notes: { epochs: 1 } } }]
`;
const lines = (records: readonly unknown[]): string => records.map((record) => JSON.stringify(record)).join('\n');
const turns = (...contents: string[]): unknown => ({ messages: contents.map((content, at) => ({ role: at % 2 === 0 ? 'user' : 'assistant', content })) });

describe('the preview of a mix', () => {
  let workspace: TestWorkspace;
  let file: string;
  before(async () => {
    workspace = await makeWorkspace({
      'm.mix.yaml': mix,
      'chats.jsonl': lines([
        turns('What is the diagnosis?', 'Fever.', 'And the treatment?', 'Amoxicillin.'), turns('The patient says </s> now.', 'No.'), { none: 1 },
        turns('Answer.', 'The patient has fever and cough. '.repeat(30)),
      ]),
      'pairs.jsonl': lines([{ prompt: 'Q: cough? A:', completion: ' Yes.' }]),
      'notes.txt': 'Mr. Brown has fever.\nThe patient has cough.\nA third note.\n',
    });
    await addTokenizer(path.join(workspace.root, 'tokenizer'));
    file = path.join(workspace.root, 'm.mix.yaml');
  });
  after(() => workspace.remove());

  it('builds, keeps and changes nothing', async () => {
    await previewMix(file, workspace.root, { records: 2 });
    assert.ok(!existsSync(path.join(workspace.root, '.preclinical')));
  });

  it('says which tokens of each record bear loss, which records are refused, and why', async () => {
    const { sources, content } = await previewMix(file, workspace.root, { records: 9 });
    assert.equal(content, 'instruction');
    assert.deepEqual(sources.map(({ name, isAll, records }) => [name, isAll, records.length]), [['chats', true, 4], ['pairs', true, 1], ['notes', true, 3]]);
    const [first, second, third, fourth] = sources[0]!.records;
    const trainedOf = (record: unknown): string[] => (record as PreviewedDocument).stretches.filter(({ trained }) => trained).map(({ text }) => text);
    assert.deepEqual(trainedOf(first).map((text) => text.replace('</s>', '').trim()), ['Fever.', 'Amoxicillin.']);
    assert.equal((second as PreviewedDocument).refused, 'special-token-in-message');
    assert.equal(third!.kind, 'bad');
    assert.ok((fourth as PreviewedDocument).cut);
    assert.equal((fourth as PreviewedDocument).stretches.reduce((sum, { tokens }) => sum + tokens, 0), 65);
    assert.deepEqual(trainedOf(sources[1]!.records[0]).map((text) => text.replace('</s>', '')), [' Yes.']);
    assert.deepEqual(trainedOf(sources[2]!.records[0]), ['<s>Mr. [NAME] has fever.</s>'], 'as the screen redacts it');
  });

  it('takes the first records of one source, and refuses a source the mix does not have', async () => {
    const { sources } = await previewMix(file, workspace.root, { records: 2, source: 'notes' });
    assert.deepEqual(sources.map(({ name, isAll, records }) => [name, isAll, records.length]), [['notes', false, 2]]);
    await assert.rejects(previewMix(file, workspace.root, { records: 2, source: 'gone' }), { message: /the mix has no such source/ });
  });

  it('is what the build writes, token for token', async () => {
    const { sources } = await previewMix(file, workspace.root, { records: 9 });
    const plan = await planMix(file, workspace.root);
    await buildMix(plan);
    const tokenizer = await loadTokenizer(plan.tokenizerFolder);
    const { tokens, starts, lossMask } = await readShard(plan.folder, 'stage-all');
    const written = Array.from(starts, (start, at) => {
      const end = starts[at + 1] ?? tokens.length;
      const found: { tokens: number; trained: boolean }[] = [];
      for (let token = start; token < end; token++) {
        const trained = lossMask?.[token] === 1;
        if (found.at(-1)?.trained === trained) found.at(-1)!.tokens += 1;
        else found.push({ tokens: 1, trained });
      }
      return { text: tokenizer.decode([...tokens.subarray(start, end)], { keepSpecialTokens: true }), found };
    });
    const previewed = sources.flatMap(({ records }) => records).flatMap((record) => (record.kind === 'bad' || record.refused !== undefined ? [] : [record.stretches]));
    const asWritten = (stretches: readonly PreviewStretch[]): (typeof written)[number] => ({ text: stretches.map(({ text }) => text).join(''), found: stretches.map(({ tokens: count, trained }) => ({ tokens: count, trained })) });
    const byText = (a: { text: string }, b: { text: string }): number => (a.text < b.text ? -1 : 1);
    assert.deepEqual(previewed.map(asWritten).sort(byText), written.sort(byText));
  });
});
