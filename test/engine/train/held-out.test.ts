import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { TokenShard } from '../../../src/engine/data/shard';
import { loadTokenizer, saveTokenizer, trainByteLevelBpe, type Tokenizer } from '../../../src/engine/tokenizer';
import { makeHeldOutSet } from '../../../src/engine/train';

const documents = ['Fieber über 39 °C seit gestern.', 'A short note.', 'Temperature 38.5 ℃, pulse 90/min; µg of adrenaline given.'];

function shardOf(tokenizer: Tokenizer, texts: readonly string[]): TokenShard {
  const tokens: number[] = [];
  const starts = texts.map((text) => {
    const start = tokens.length;
    tokens.push(...tokenizer.encode(text), tokenizer.endId);
    return start;
  });
  return { tokens: Uint32Array.from(tokens), starts: Uint32Array.from(starts), lossMask: undefined };
}

describe('a held-out set', () => {
  let folder: string;
  let tokenizer: Tokenizer;
  before(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'preclinical-heldout-'));
    await saveTokenizer(trainByteLevelBpe(documents, { vocabularySize: 280, specialTokens: { end: '<|end|>' } }), folder);
    tokenizer = await loadTokenizer(folder);
  });
  after(() => rm(folder, { recursive: true, force: true }));

  const settings = { sequenceLength: 16, maximumTokens: 1000 };
  const tokensOf = ({ rows }: { rows: { lengths: Uint32Array } }): number => rows.lengths.reduce((sum, length) => sum + length, 0);

  it('counts the UTF-8 bytes of all text but each document\'s first token', () => {
    const set = makeHeldOutSet('notes', shardOf(tokenizer, documents), tokenizer, settings);
    const firstTokens = documents.map((text) => tokenizer.decode(tokenizer.encode(text).slice(0, 1)));
    const expected = Buffer.byteLength(documents.join('')) - Buffer.byteLength(firstTokens.join(''));
    assert.equal(set.bytes, expected);
    assert.ok(set.rows.starts.length > documents.length, 'a document longer than a sequence is cut');
  });

  it('counts the bytes of the answers alone when only they bear loss', () => {
    const shard = shardOf(tokenizer, documents);
    const lossMask = new Uint8Array(shard.tokens.length);
    const answer = tokenizer.encode(documents[0]!).slice(3, 9);
    lossMask.fill(1, 3, 9);
    const set = makeHeldOutSet('notes', { ...shard, lossMask }, tokenizer, settings);
    assert.equal(set.bytes, Buffer.byteLength(tokenizer.decode(answer)));
    assert.equal(set.rows.lossTokens.reduce((sum, tokens) => sum + tokens, 0), 6);
  });

  it('takes whole documents up to the most tokens, the same ones every time', () => {
    const shard = shardOf(tokenizer, Array.from({ length: 30 }, (_, i) => `${documents[i % 3]!} ${i}`));
    const make = (maximumTokens: number) => makeHeldOutSet('notes', shard, tokenizer, { ...settings, maximumTokens });
    const set = make(300);
    assert.deepEqual(set, make(300));
    assert.ok(tokensOf(set) <= 300 && tokensOf(set) > 200);
    const ends = [...shard.starts.slice(1), shard.tokens.length];
    const rowEnds = Array.from(set.rows.starts, (start, row) => start + set.rows.lengths[row]! + 1);
    const starts = [...set.rows.starts].filter((start) => shard.starts.includes(start));
    for (const start of starts) assert.ok(rowEnds.includes(ends[shard.starts.indexOf(start)]!), `document at ${start} is whole`);
  });

  it('cuts a single document that is longer than that', () => {
    const shard = shardOf(tokenizer, [documents.join(' ')]);
    assert.equal(tokensOf(makeHeldOutSet('notes', shard, tokenizer, { ...settings, maximumTokens: 20 })), 19);
  });
});
