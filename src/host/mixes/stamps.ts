// Whether anything a mix is built from may have changed, told from sizes and times alone: cheap enough to look every other
// second, so that the engine is asked only then.
import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { formatProblem } from '../../base/errors/problem';
import { readMix } from '../../documents/mix/parse';
import { type Mix, questionPath } from '../../documents/mix/schema';
import { readMixBuilds } from '../../runs/mix-builds';
import type { MixFileFacts } from './entry';

/** Files looked at under a source's folder; beyond that a change may be seen late. */
const mostFiles = 1000;

export interface MixLook { readonly facts: MixFileFacts; readonly stamp: string }

/** Undefined when the file is gone. */
export async function lookAtMix(root: string, file: string): Promise<MixLook | undefined> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const { document, problems } = readMix(text, path.basename(file));
  const builds = document ? await readMixBuilds(root, document.name) : [];
  const errors = problems.filter((problem) => problem.severity === 'error').map(formatProblem);
  const facts: MixFileFacts = { file, name: document?.name, builds, ...(errors.length > 0 ? { problem: errors.join('\n') } : {}) };
  const inputs = document ? await inputStamps(document, path.dirname(file)) : [];
  return { facts, stamp: JSON.stringify([text, inputs, builds.map((build) => build.hash)]) };
}

async function inputStamps(mix: Mix, folder: string): Promise<string[]> {
  const paths = [
    ...Object.values(mix.sources).map((source) => source.path),
    ...Object.values(mix.heldOut).flatMap((set) => ('path' in set ? [set.path] : [])),
    ...mix.decontaminate.map(questionPath), path.posix.join(mix.tokenizer, 'tokenizer.json'),
  ];
  const stamps = await Promise.all(paths.map((one) => stampsOf(path.resolve(folder, fixedPart(one)))));
  return stamps.flat();
}

/** A path up to its first wildcard. */
export function fixedPart(pattern: string): string {
  const parts = pattern.split(/[\\/]/);
  const wild = parts.findIndex((part) => /[*?]/.test(part));
  return wild < 0 ? pattern : parts.slice(0, wild).join('/') || '.';
}

async function stampsOf(target: string): Promise<string[]> {
  const found = await stat(target).catch(() => undefined);
  if (!found) return [`${target} absent`];
  if (!found.isDirectory()) return [`${target} ${found.size} ${found.mtimeMs}`];
  const names = (await readdir(target, { recursive: true }).catch(() => [])).filter((name) => !/(^|[\\/])(\.|node_modules)/.test(name)).sort().slice(0, mostFiles);
  return Promise.all(names.map(async (name) => {
    const inside = await stat(path.join(target, name)).catch(() => undefined);
    return `${name} ${inside?.size ?? 0} ${inside?.mtimeMs ?? 0}`;
  }));
}
