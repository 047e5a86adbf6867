// What `format: auto` takes a file for.
import assert from 'node:assert/strict';
import { detectFormat } from '../../../../src/engine/data/read/detect';
import { makeWorkspace, type TestWorkspace } from '../../../fixtures/data/workspace';

describe('detectFormat', () => {
  let workspace: TestWorkspace;
  before(async () => { workspace = await makeWorkspace(); });
  after(() => workspace.remove());

  const abstract = { QUESTION: 'q', CONTEXTS: ['c'], final_decision: 'yes' };
  const cases: readonly [file: string, content: string, format: string | undefined][] = [
    ['a.txt', '', 'text'],
    ['a.md', '', 'markdown'],
    ['a.nxml', '', 'jats'],
    ['a.xml', '<?xml version="1.0"?><article xmlns="x">', 'jats'],
    ['b.xml', '<html/>', undefined],
    ['a.jsonl', '{"text":"x"}\n', 'jsonl'],
    ['b.jsonl', '{"messages":[{"role":"user","content":"x"}]}\n', 'chat'],
    ['c.jsonl', '{"conversations":[]}', 'sharegpt'],
    ['d.jsonl', '{"instruction":"i","output":"o"}', 'alpaca'],
    ['e.jsonl', '{"prompt":"p","completion":"c"}', 'prompt-completion'],
    ['f.jsonl', 'broken {\n{"messages":[]}\n', 'chat'],
    ['g.jsonl', '{"question":"q","options":{"A":"x"}}', undefined],
    ['a.json', '[\n  {\n    "instruction": "i {not a brace}",\n    "input": "",\n    "output": "o"\n  }\n]', 'alpaca'],
    ['b.json', JSON.stringify({ 1: abstract, 2: abstract }, undefined, 1), 'pubmedqa'],
    ['c.json', `{"1": ${JSON.stringify(abstract)}, "2": {"CONTEXTS": ["${'x'.repeat(1 << 20)}"]}}`, 'pubmedqa'],
    ['d.json', '[1, 2]', undefined],
    ['a.pdf', '%PDF', 'pdf'],
    ['README', 'x', undefined],
  ];
  for (const [file, content, format] of cases) {
    it(`${file}: ${String(format)}`, async () => {
      assert.equal(await detectFormat({ path: await workspace.write(file, content), name: file }, 'text'), format);
    });
  }
});
