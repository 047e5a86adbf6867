// Files that are generated into a job's trainer folder and may be changed by hand before a run is gone on with: a change
// is kept, and said as a difference; what was not changed is made anew.
import { createHash } from 'node:crypto';
import { chmod, readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import type { HandEdit } from '../../../protocol/prepared';
import { privateFileMode, writeFileAtomic } from '../../../runs/files/atomic';
import { readJson, toJson } from '../../../runs/files/json';
import { errorCode } from '../../../runs/files/retry';

const recordFile = 'generated.json';
const recordSchema = z.record(z.string(), z.string());

/** Writes each file unless it was changed since it was last generated. Returns what was kept. */
export async function writeGenerated(folder: string, files: Readonly<Record<string, string>>): Promise<HandEdit[]> {
  const record = recordSchema.safeParse(await readJson(path.join(folder, recordFile))).data ?? {};
  const kept: HandEdit[] = [];
  for (const [name, text] of Object.entries(files)) {
    const file = path.join(folder, name);
    const there = await readIfThere(file);
    if (there !== undefined && record[name] !== undefined && hashOf(there) !== record[name]) {
      kept.push({ file: name, difference: differenceOf(text, there) });
      continue;
    }
    await writeFileAtomic(file, text);
    await chmod(file, name.endsWith('.sh') ? 0o700 : privateFileMode);
    record[name] = hashOf(text);
  }
  await writeFileAtomic(path.join(folder, recordFile), toJson(record));
  return kept;
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function differenceOf(generated: string, edited: string): string[] {
  const [before, after] = [generated, edited].map((text) => text.split('\n'));
  return [...before!.filter((line) => !after!.includes(line)).map((line) => `-${line}`), ...after!.filter((line) => !before!.includes(line)).map((line) => `+${line}`)];
}
