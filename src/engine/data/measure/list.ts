// The mixes of a workspace: each file, the product it would give now, and the products that are there.
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { formatProblem, UserError } from '../../../base/errors/problem';
import { parseMix } from '../../../documents/mix/parse';
import type { MixListing } from '../../../protocol/mix-plan';
import { readMixBuilds } from '../../../runs/mix-builds';
import { storedName } from '../plan/expand';
import { planMix } from '../plan/plan';
import { HashCache } from './hash-cache';

/** `files` undefined: every *.mix.yaml under the root, but for folders that begin with a dot and node_modules. */
export async function listMixes(root: string, files?: readonly string[]): Promise<MixListing[]> {
  const hashes = await HashCache.open(root);
  const listings: MixListing[] = [];
  for (const file of files ?? await findMixFiles(root)) listings.push(await list(root, file, hashes));
  await hashes.save();
  return listings;
}

async function list(root: string, file: string, hashes: HashCache): Promise<MixListing> {
  const name = await nameOf(file);
  const builds = name === undefined ? [] : await readMixBuilds(root, name);
  const known = { file, ...(name === undefined ? {} : { name }), builds };
  try {
    const { hash } = await planMix(file, root, {}, { hashInput: hashes.hash });
    return { ...known, hash };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { ...known, problem: error.problems.map((problem) => formatProblem({ ...problem, file: storedName(root, file) })).join('\n') };
  }
}

async function nameOf(file: string): Promise<string | undefined> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  return text === undefined ? undefined : parseMix(text, file).document?.name;
}

async function findMixFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const nested = await Promise.all(entries.map(async (entry): Promise<string[]> => {
    const full = path.join(folder, entry.name);
    if (entry.isDirectory()) return entry.name.startsWith('.') || entry.name === 'node_modules' ? [] : findMixFiles(full);
    return entry.name.endsWith('.mix.yaml') ? [full] : [];
  }));
  return nested.flat().sort();
}
