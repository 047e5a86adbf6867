// What `preclinical prompt --set` makes of a .cot file.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { UserError } from '../../../../src/base/errors/problem';
import { preparePrompt } from '../../../../src/engine/jobs/prepare/prompt';

describe('preparePrompt', () => {
  let root: string;
  const file = (): string => path.join(root, 'a.cot');
  const model = { checkpoint: 'some/checkpoint' };

  beforeEach(() => {
    root = mkdtempSync(path.join(os.tmpdir(), 'preclinical-prompt-'));
    writeFileSync(path.join(root, 'q.jsonl'), '{}\n');
    writeFileSync(file(), '---\nname: a\nquestions: q.jsonl\nstrategies: [direct]\nrepeats: 1\n---\n{{ question }}\n');
  });
  afterEach(() => { rmSync(root, { recursive: true, force: true }); });

  it('replaces settings and records what was replaced', async () => {
    const job = await preparePrompt(root, file(), model, { repeats: 5, temperature: 0.7 });
    assert.deepEqual([job.resolved.cot.repeats, job.resolved.cot.temperature, job.resolved.cot.name], [5, 0.7, 'a']);
    assert.deepEqual(job.overrides, { repeats: 5, temperature: 0.7 });
    assert.deepEqual((await preparePrompt(root, file(), model)).overrides, {});
  });

  it('refuses a key that is not known', async () => {
    await assert.rejects(preparePrompt(root, file(), model, { repeat: 5 }), (error: unknown) => error instanceof UserError && /repeat: this key is not known/.test(error.message));
  });
});
