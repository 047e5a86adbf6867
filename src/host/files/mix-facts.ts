// The world a mix file points into, as checks of it want it: what is at its paths, and what else could have been meant.
import type { Dirent } from 'node:fs';
import { open, opendir, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import { type Mix, questionPath } from '../../documents/mix/schema';
import { type MixFacts, type PathFacts, tokenizerFile } from '../../documents/mix/world/facts';
import { fixedPart } from '../mixes/stamps';
import { relativePath } from './relative-path';

/** Read of a first file, to know its fields. */
const headBytes = 1 << 16;
/** Paths offered in place of one that is not there are the nearest of at most so many. */
const mostCandidates = 2_000;
const aside = '**/{.preclinical,node_modules}/**';
const dataFiles = '**/*.{txt,md,jsonl,json,csv,tsv,parquet,xml,nxml,html,htm,pdf,gz,zst}';

export async function mixFacts(mix: Mix, file: string, sizes: MixFacts['sizes']): Promise<MixFacts> {
  const folder = path.dirname(file);
  const wanted = new Set([
    ...Object.values(mix.sources).map((source) => source.path), ...Object.values(mix.heldOut).flatMap((set) => ('path' in set ? [set.path] : [])),
    ...mix.decontaminate.map(questionPath), tokenizerFile(mix.tokenizer),
  ]);
  const paths = new Map(await Promise.all([...wanted].map(async (one) => [one, await lookAt(folder, one)] as const)));
  const isMissing = (one: string): boolean => paths.get(one)?.kind === 'none';
  const tokenizerMissing = isMissing(tokenizerFile(mix.tokenizer));
  const dataMissing = [...wanted].some((one) => isMissing(one) && one !== tokenizerFile(mix.tokenizer));
  return { paths, sizes, data: dataMissing ? await dataPaths(file) : [], tokenizers: tokenizerMissing ? await tokenizerFolders(file) : [] };
}

async function lookAt(folder: string, wanted: string): Promise<PathFacts> {
  const absolute = path.resolve(folder, wanted);
  if (/[*?]/.test(wanted)) {
    const start = fixedPart(wanted);
    const pattern = new vscode.RelativePattern(vscode.Uri.file(path.resolve(folder, start)), wanted.split(/[\\/]/).slice(start === '.' ? 0 : start.split('/').length).join('/'));
    const [first] = await vscode.workspace.findFiles(pattern, null, 1);
    return first ? { kind: 'glob', absolute, ...await lookInto(first.fsPath) } : { kind: 'none', absolute };
  }
  const found = await stat(absolute).catch(() => undefined);
  if (!found) return { kind: 'none', absolute };
  if (!found.isDirectory()) return { kind: 'file', absolute, bytes: found.size, ...await lookInto(absolute) };
  const first = await firstFile(absolute);
  return first === undefined ? { kind: 'none', absolute } : { kind: 'folder', absolute, ...(await isOfOneKind(absolute) ? await lookInto(first) : {}) };
}

async function lookInto(file: string): Promise<Pick<PathFacts, 'extension' | 'fields'>> {
  const extension = path.extname(file).slice(1).toLowerCase();
  const fields = extension === 'jsonl' ? await firstFields(file).catch(() => undefined) : undefined;
  return { ...(extension === '' ? {} : { extension }), ...(fields ? { fields } : {}) };
}

async function firstFields(file: string): Promise<string[] | undefined> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(headBytes), 0, headBytes, 0);
    const line = buffer.toString('utf8', 0, bytesRead).split('\n').find((one) => one.trim() !== '');
    const record: unknown = JSON.parse(line ?? 'null');
    return typeof record === 'object' && record !== null && !Array.isArray(record) ? Object.keys(record) : undefined;
  } finally {
    await handle.close();
  }
}

/** A file somewhere below, found without reading all of a large folder. */
async function firstFile(folder: string): Promise<string | undefined> {
  const folders: string[] = [];
  for await (const entry of await opendir(folder)) {
    if (entry.name.startsWith('.')) continue;
    if (entry.isFile()) return path.join(folder, entry.name);
    if (entry.isDirectory()) folders.push(entry.name);
  }
  for (const name of folders) {
    const found = await firstFile(path.join(folder, name)).catch(() => undefined);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Of a folder with several kinds of file nothing is said by the first. */
async function isOfOneKind(folder: string): Promise<boolean> {
  const names = (await readdir(folder, { withFileTypes: true }).catch((): Dirent[] => [])).filter((entry) => entry.isFile() && !entry.name.startsWith('.'));
  return new Set(names.map(({ name }) => path.extname(name))).size === 1;
}

/** Data files of the workspace and the folders they are in, relative to the mix file. */
async function dataPaths(file: string): Promise<string[]> {
  const found = (await vscode.workspace.findFiles(dataFiles, aside, mostCandidates)).map((uri) => relativePath(file, uri.fsPath));
  return [...new Set([...found, ...found.map((one) => path.posix.dirname(one)).filter((one) => one !== '.')])];
}

async function tokenizerFolders(file: string): Promise<string[]> {
  const found = await vscode.workspace.findFiles('**/tokenizer.json', aside, 50);
  return found.map((uri) => relativePath(file, path.dirname(uri.fsPath))).sort();
}
