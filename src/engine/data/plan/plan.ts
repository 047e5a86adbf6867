// What building a mix will read and where its product goes, found before anything is built. Everything that is missing
// or ambiguous is refused here, with its line in the mix file.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { UserError, userError, type Problem } from '../../../base/errors/problem';
import { parseMix } from '../../../documents/mix/parse';
import { isArchive, unpackFirst } from '../../../documents/mix/archives';
import type { Mix, SourceFormat } from '../../../documents/mix/schema';
import type { OnProgress } from '../../hub';
import type { InputHash } from '../../../protocol/provenance';
import { detectFormat, isInstructionFormat, type ConcreteFormat } from '../read/detect';
import type { InputFile } from '../read/document';
import { expandPath, storedName } from './expand';
import { hashFile, mixHash, stampOf, tokenizerInputs } from './hash';
import { hubFiles, type HubSource, isHubPath } from './hub-source';
import { mixError, type MixFile } from './place';
import { type PlannedQuestions, planQuestions } from './questions';

export interface PlannedFile extends InputFile { readonly format: ConcreteFormat }

export interface PlannedSource {
  readonly files: readonly PlannedFile[];
  /** Names of files under a folder or glob that are of no form we know; only with `format: auto`. */
  readonly unknownFiles: readonly string[];
}

export interface MixPlan {
  readonly mix: Mix;
  readonly file: MixFile;
  /** Absolute path of the workspace root. */
  readonly root: string;
  /** Absolute folder that the mix's paths are relative to. */
  readonly base: string;
  /** First 12 hex digits of the SHA-256 over the mix, its inputs and the tokenizer. */
  readonly hash: string;
  /** Absolute folder of the product: `.preclinical/mixes/NAME/HASH`. */
  readonly folder: string;
  readonly tokenizerFolder: string;
  readonly sources: ReadonlyMap<string, PlannedSource>;
  /** Held-out sets that are files of their own. */
  readonly heldOutFiles: ReadonlyMap<string, PlannedSource>;
  /** Benchmarks the mix is held against, those that are not there too. */
  readonly questions: readonly PlannedQuestions[];
  /** Everything read, by content; paths relative to the mix file's folder. */
  readonly inputs: readonly InputHash[];
  /** Of each input by its name, from just before its content was hashed. */
  readonly stamps: ReadonlyMap<string, string>;
  readonly content: 'text' | 'instruction';
}

/** How inputs are hashed; by default every byte is read. */
export type HashInput = (file: InputFile) => Promise<InputHash>;

export interface PlanOptions {
  readonly hashInput?: HashInput;
  /** Fetches data sets of the Hub that are not on this machine; absent: they are refused. */
  readonly download?: OnProgress;
}

/** Plans a mix file. `overrides` replace values by dotted key. */
export async function planMix(file: string, root: string, overrides: Readonly<Record<string, unknown>> = {}, options: PlanOptions = {}): Promise<MixPlan> {
  const absolute = path.resolve(file);
  const name = storedName(path.resolve(root), absolute);
  const text = await readFile(absolute, 'utf8').catch((error: unknown) => {
    throw userError({ code: 'mix-not-found', file: name, message: (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'there is no such file' : (error as Error).message, next: 'Check the path.' });
  });
  const { document, problems } = parseMix(text, name, { overrides });
  if (!document) throw new UserError(...(problems.filter((problem) => problem.severity === 'error') as [Problem, ...Problem[]]));
  return planResolvedMix(document, { root, base: path.dirname(absolute), file: { name, text } }, options);
}

/** Plans a mix that is parsed already; its paths are relative to `base`. */
export async function planResolvedMix(mix: Mix, place: { readonly root: string; readonly base: string; readonly file: MixFile }, options: PlanOptions = {}): Promise<MixPlan> {
  const { hashInput = hashFile } = options;
  const { base, file } = place;
  const root = path.resolve(place.root);
  const sources = new Map<string, PlannedSource>();
  for (const [name, source] of Object.entries(mix.sources)) sources.set(name, await planSource(source, base, file, ['sources', name], options.download));
  const heldOutFiles = new Map<string, PlannedSource>();
  for (const [name, set] of Object.entries(mix.heldOut)) {
    if ('path' in set) heldOutFiles.set(name, await planSource(set, base, file, ['heldOut', name], options.download));
  }
  const questions = await planQuestions(mix.decontaminate, base);
  const tokenizerFolder = path.resolve(base, mix.tokenizer);
  const tokenizerFiles = tokenizerInputs(tokenizerFolder, storedName(base, tokenizerFolder));
  if (!tokenizerFiles.some((input) => path.basename(input.path) === 'tokenizer.json')) {
    throw mixError(file, ['tokenizer'], { code: 'tokenizer-not-found', value: mix.tokenizer, message: 'there is no tokenizer.json in this folder', next: 'Name the folder of a checkpoint or of a trained tokenizer, relative to this file.' });
  }
  const planned = [...sources.values(), ...heldOutFiles.values()].flatMap((source) => source.files);
  const inputs: InputHash[] = [];
  const stamps = new Map<string, string>();
  for (const input of uniqueByPath([...planned, ...questions.flatMap(({ input }) => input ?? []), ...tokenizerFiles])) {
    stamps.set(input.name, await stampOf(input));
    inputs.push(await hashInput(input));
  }
  const hash = mixHash(mix, inputs);
  const content = [...sources.values()].some((source) => source.files.some(({ format }) => isInstructionFormat(format))) ? 'instruction' : 'text';
  return {
    mix, file, root, base, hash, tokenizerFolder, sources, heldOutFiles, questions, inputs, stamps, content,
    folder: path.join(root, '.preclinical', 'mixes', mix.name, hash),
  };
}

interface SourceLike extends HubSource { readonly format: SourceFormat; readonly textField: string }

async function planSource(source: SourceLike, base: string, file: MixFile, key: readonly string[], download: OnProgress | undefined): Promise<PlannedSource> {
  const found = isHubPath(source.path) ? await hubFiles(source, file, key, download) : await expandPath(base, source.path);
  if (found.length === 0) {
    const isGlob = /[*?]/.test(source.path);
    throw mixError(file, [...key, 'path'], {
      code: 'mix-source-not-found', value: source.path,
      message: isGlob ? 'the glob matches no file' : 'there is no such file, or the folder holds none', next: 'Correct the path; it is relative to this file.',
    });
  }
  const archives = found.filter(({ name }) => isArchive(name));
  if (archives.length > 0 && (source.format !== 'auto' || archives.length === found.length)) {
    throw mixError(file, [...key, 'path'], { code: 'mix-archive', value: archives[0]!.name, message: 'archives are not read', next: unpackFirst });
  }
  if (source.format !== 'auto') {
    const { format } = source;
    return { files: found.map((input) => ({ ...input, format })), unknownFiles: [] };
  }
  const files: PlannedFile[] = [];
  const unknownFiles: string[] = [];
  for (const input of found) {
    const format = await detectFormat(input, source.textField);
    if (format) files.push({ ...input, format });
    else unknownFiles.push(input.name);
  }
  if (files.length === 0) {
    throw mixError(file, [...key, 'format'], {
      code: 'mix-unknown-format', value: unknownFiles.slice(0, 3).join(', '),
      message: 'none of the files is of a form that `auto` recognises', next: 'Name the format; for records also textField, the field or column that holds the text.',
    });
  }
  return { files, unknownFiles };
}

function uniqueByPath(files: readonly InputFile[]): InputFile[] {
  return [...new Map(files.map((file) => [file.path, file])).values()];
}
