import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { UserError } from '../../../../src/base/errors/problem';
import { findCheckpoint, modelName } from '../../../../src/engine/jobs/prepare/checkpoint';

describe('a GGUF file as a model', () => {
  const root = mkdtempSync(path.join(tmpdir(), 'gguf-reference-'));
  writeFileSync(path.join(root, 'tiny.Q8_0.GGUF'), 'GGUF');
  after(() => { rmSync(root, { recursive: true }); });

  it('is found where nothing but generation is asked, by its path', async () => {
    const found = await findCheckpoint(root, root, 'tiny.Q8_0.GGUF', { acceptsGguf: true });
    assert.deepEqual(found, { checkpoint: 'tiny.Q8_0.GGUF' });
    assert.equal(modelName(root, found), 'tiny.Q8_0.GGUF');
  });

  it('is refused elsewhere, saying what it is good for', async () => {
    await assert.rejects(findCheckpoint(root, root, 'tiny.Q8_0.GGUF'), (error) => error instanceof UserError && error.problems[0]!.code === 'checkpoint-is-gguf');
  });

  it('that is not there is no model', async () => {
    await assert.rejects(findCheckpoint(root, root, './missing.gguf', { acceptsGguf: true }), (error) => error instanceof UserError && error.problems[0]!.code === 'checkpoint-not-found');
  });
});
