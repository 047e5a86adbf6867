import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, rmSync, truncateSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { AskRecord } from '../../../src/protocol/asks';
import { appendAsk, AskReader, asksFile, clearAsks, questionHash, readAsks } from '../../../src/runs/asks';

function record(ask: string): AskRecord {
  return {
    schema: 1, ask, at: '2026-01-01T00:00:00.000Z', cot: 'a.cot', questions: 'q.jsonl', line: 1, questionHash: questionHash('q'), question: 'q', strategy: 'direct',
    repeat: 0, repeats: 1, model: 'm', modelIdentity: 'm@1', cloud: false, messages: [], answer: `β ${ask}`, finishReason: 'stop', letters: ['A', 'B'], gold: 'A',
    taken: '', rule: 'none', extractor: 'auto', extractorVersion: 1, temperature: 0, seed: 1, firstTextMs: 1, durationMs: 2,
  };
}

describe('answers to inline questions', () => {
  let root: string;
  beforeEach(() => { root = mkdtempSync(path.join(os.tmpdir(), 'preclinical-asks-')); });
  afterEach(() => { rmSync(root, { recursive: true }); });
  const asksIn = (records: readonly AskRecord[]): string[] => records.map((one) => one.ask);

  it('are none before any is kept', async () => {
    assert.deepEqual(await new AskReader(root).read(), { records: [], cleared: false });
    assert.deepEqual(await readAsks(root), []);
    await clearAsks(root);
  });

  it('are read once each, as they come, the same as they were written', async () => {
    const reader = new AskReader(root);
    await appendAsk(root, record('a'));
    assert.deepEqual(await reader.read(), { records: [record('a')], cleared: false });
    assert.deepEqual(await reader.read(), { records: [], cleared: false });
    await appendAsk(root, record('b'));
    await appendAsk(root, record('c'));
    assert.deepEqual(asksIn((await reader.read()).records), ['b', 'c']);
  });

  it('half a line waits for its other half, wherever it is cut', async () => {
    const line = Buffer.from(`${JSON.stringify(record('b'))}\n`);
    for (let cut = 1; cut < line.length; cut += 7) {
      await clearAsks(root);
      await appendAsk(root, record('a'));
      const reader = new AskReader(root);
      appendFileSync(asksFile(root), line.subarray(0, cut));
      assert.deepEqual(asksIn((await reader.read()).records), ['a']);
      appendFileSync(asksFile(root), line.subarray(cut));
      assert.deepEqual((await reader.read()).records, [record('b')]);
    }
  });

  it('a line that a killed writer left half, and lines that are none, spoil no other', async () => {
    await appendAsk(root, record('a'));
    const reader = new AskReader(root);
    await reader.read();
    appendFileSync(asksFile(root), '{"schema":1,"ask":"to');
    await reader.read();
    await appendAsk(root, record('b'));
    appendFileSync(asksFile(root), 'null\n[]\n{"schema":2}\n{"schema":1,"ask":"short"}\n');
    await appendAsk(root, record('c'));
    assert.deepEqual(await reader.read(), { records: [record('b'), record('c')], cleared: false });
    assert.deepEqual(asksIn(await readAsks(root)), ['a', 'b', 'c']);
  });

  it('a reader says when they were cleared, also when as many have come since', async () => {
    const reader = new AskReader(root);
    await appendAsk(root, record('a'));
    await reader.read();
    await clearAsks(root);
    assert.deepEqual(await reader.read(), { records: [], cleared: true });
    assert.deepEqual(await reader.read(), { records: [], cleared: false });
    await appendAsk(root, record('b'));
    await reader.read();
    await clearAsks(root);
    await appendAsk(root, { ...record('c'), at: '2026-01-01T00:00:01.000Z' });
    await appendAsk(root, record('d'));
    const { records, cleared } = await reader.read();
    assert.deepEqual([asksIn(records), cleared], [['c', 'd'], true]);
    truncateSync(asksFile(root), 0);
    assert.deepEqual(await reader.read(), { records: [], cleared: true });
  });

  it('are told by their question, wherever its line has moved', () => {
    assert.equal(questionHash('  {"question":"ü"}\r'), questionHash('{"question":"ü"}'));
    assert.notEqual(questionHash('{"question":"ü"}'), questionHash('{"question":"u"}'));
  });
});
