// Whether files made anew say what committed ones say. Another processor may round otherwise, so numbers with a fraction and
// tensors are compared within a limit; everything else exactly.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { readSafetensors } from '../../src/engine/model';
import { largestDifference, largestMagnitude } from '../engine/model/reference';

const relativeLimit = 2e-5;

/** What a script may write otherwise each time. */
export interface Differing {
  /** Keys whose values say when or how fast. */
  readonly keys?: readonly string[];
  /** Keys of lists that come out of a set. */
  readonly sets?: readonly string[];
}

/** The instant in the names of lm-evaluation-harness's files. */
const instant = /\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.\d+/;

function filesUnder(folder: string): Map<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
  return new Map(files.map((file) => [path.relative(folder, file).replace(instant, 'INSTANT'), file]));
}

/** Asserts that everything under `made` is under `committed` with the same content; `whole`: and nothing else is. */
export async function assertSameFiles(made: string, committed: string, { whole = true, ...differing }: Differing & { readonly whole?: boolean } = {}): Promise<void> {
  const [found, expected] = [filesUnder(made), filesUnder(committed)];
  assert.ok(found.size > 0, `${made} is empty`);
  if (whole) assert.deepEqual([...found.keys()].sort(), [...expected.keys()].sort());
  for (const [name, file] of found) {
    const other = expected.get(name);
    assert.ok(other !== undefined, `${name} is not committed`);
    if (name.endsWith('.safetensors')) await assertSameTensors(file, other, name);
    else if (/\.jsonl?$/.test(name)) assertClose(readJson(file), readJson(other), name, differing);
    else assert.equal(readFileSync(file, 'utf8'), readFileSync(other, 'utf8'), name);
  }
}

/** One value, or one a line: data sets call both .json. */
function readJson(file: string): unknown {
  const text = readFileSync(file, 'utf8');
  try {
    return JSON.parse(text);
  } catch {
    return text.split('\n').filter((line) => line !== '').map((line): unknown => JSON.parse(line));
  }
}

async function assertSameTensors(made: string, committed: string, name: string): Promise<void> {
  const [found, expected] = [await readSafetensors(made), await readSafetensors(committed)];
  assert.deepEqual([...found.tensors.keys()].sort(), [...expected.tensors.keys()].sort(), name);
  for (const [tensor, { data }] of expected.tensors) {
    assert.ok(largestDifference(found.tensors.get(tensor)!.data, data) <= relativeLimit * largestMagnitude(data), `${name}: ${tensor}`);
  }
}

function assertClose(found: unknown, expected: unknown, at: string, differing: Differing): void {
  if (typeof expected === 'number' && !Number.isInteger(expected)) {
    assert.ok(typeof found === 'number' && Math.abs(found - expected) <= relativeLimit * Math.max(1, Math.abs(expected)), `${at}: ${String(found)} instead of ${expected}`);
  } else if (typeof expected === 'object' && expected !== null) {
    assert.deepEqual(Object.keys(found as object), Object.keys(expected), at);
    for (const [key, value] of Object.entries(expected)) {
      if (differing.keys?.includes(key)) continue;
      const own = (found as Record<string, unknown>)[key];
      if (differing.sets?.includes(key) && Array.isArray(own) && Array.isArray(value)) assert.deepEqual((own as string[]).toSorted(), (value as string[]).toSorted(), `${at}.${key}`);
      else assertClose(own, value, `${at}.${key}`, differing);
    }
  } else {
    assert.deepEqual(found, expected, at);
  }
}
