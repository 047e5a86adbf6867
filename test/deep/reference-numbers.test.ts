// The committed reference numbers are what the committed scripts make, run live: another processor may round otherwise, so
// tensors are compared within the limits the tests that use them have, and everything that is no float exactly.
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readSafetensors } from '../../src/engine/model';
import { packageRoot } from '../../src/engine/parts/assets';
import { fixtureFolder, largestDifference, largestMagnitude } from '../engine/model/reference';
import { runScript } from './python';

const relativeLimit = 2e-5;

describe('committed reference numbers are what their scripts make', () => {
  let folder: string;
  beforeEach(() => { folder = mkdtempSync(path.join(tmpdir(), 'reference-')); });
  afterEach(() => { rmSync(folder, { recursive: true }); });

  async function assertSameFolder(made: string, committed: string): Promise<void> {
    assert.deepEqual(readdirSync(made).sort(), readdirSync(committed).sort());
    for (const name of readdirSync(committed)) {
      if (name.endsWith('.json')) assertClose(JSON.parse(readFileSync(path.join(made, name), 'utf8')), JSON.parse(readFileSync(path.join(committed, name), 'utf8')), name);
      if (!name.endsWith('.safetensors')) continue;
      const [found, expected] = [await readSafetensors(path.join(made, name)), await readSafetensors(path.join(committed, name))];
      assert.deepEqual([...found.tensors.keys()].sort(), [...expected.tensors.keys()].sort());
      for (const [tensor, { data }] of expected.tensors) {
        assert.ok(largestDifference(found.tensors.get(tensor)!.data, data) <= relativeLimit * largestMagnitude(data), `${name}: ${tensor}`);
      }
    }
  }

  it('make_models.py', async () => {
    runScript('make_models.py', folder);
    const made = readdirSync(folder);
    assert.ok(made.length >= 5);
    for (const variant of made) await assertSameFolder(path.join(folder, variant), fixtureFolder(variant));
  });

  it('make_rope.py', async () => {
    runScript('make_rope.py', folder);
    assert.ok(existsSync(path.join(folder, 'rope.json')));
    await assertSameFolder(folder, fixtureFolder('rope'));
  });

  it('make_tokenizers.py', async () => {
    runScript('make_tokenizers.py', folder);
    await assertSameFolder(folder, path.join(packageRoot, 'test', 'fixtures', 'tokenizer'));
  });
});

function assertClose(found: unknown, expected: unknown, at: string): void {
  if (typeof expected === 'number' && !Number.isInteger(expected)) {
    assert.ok(typeof found === 'number' && Math.abs(found - expected) <= relativeLimit * Math.max(1, Math.abs(expected)), `${at}: ${String(found)} instead of ${expected}`);
  } else if (typeof expected === 'object' && expected !== null) {
    assert.deepEqual(Object.keys(found as object), Object.keys(expected), at);
    for (const [key, value] of Object.entries(expected)) assertClose((found as Record<string, unknown>)[key], value, `${at}.${key}`);
  } else {
    assert.deepEqual(found, expected, at);
  }
}
