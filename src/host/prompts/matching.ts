// Which prompt files ask a question set, and which of them is used: the one last used, else the only one, else asked.
import path from 'node:path';
import { parseCot } from '../../documents/cot/parse';
import type { CotSettings } from '../../documents/cot/schema';
import { promptVersion } from '../../runs/asks';

/** A .cot file of the workspace as it last could be read. */
export interface CotFile {
  /** Absolute paths. */
  readonly file: string;
  readonly questions: string;
  readonly settings: CotSettings;
  /** Of its text: answers of another were made with an older or newer prompt. */
  readonly version: string;
}

/** Undefined while the file has errors. */
export function readCotFile(file: string, text: string): CotFile | undefined {
  const { document } = parseCot(text, path.basename(file));
  return document && { file, questions: path.resolve(path.dirname(file), document.settings.questions), settings: document.settings, version: promptVersion(document.settings, document.body) };
}

export function cotsOfSet(cots: Iterable<CotFile>, questions: string): CotFile[] {
  return [...cots].filter((cot) => cot.questions === questions).sort((a, b) => (a.file < b.file ? -1 : 1));
}

/** Undefined when there is none, or more than one and none was used before. */
export function usedCot(matching: readonly CotFile[], lastUsed: string | undefined): CotFile | undefined {
  return matching.find((cot) => cot.file === lastUsed) ?? (matching.length === 1 ? matching[0] : undefined);
}
