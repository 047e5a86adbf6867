// What the editor knows of the world a mix file points into, gathered by the host: checks are made of it without touching a disk.
import type { SourceSize } from '../amounts/stage';

/** What is at a path of the file. */
export interface PathFacts {
  /** `none`: nothing is there, the folder holds no file or the glob matches none. */
  readonly kind: 'file' | 'folder' | 'glob' | 'none';
  /** Absolute, to tell that two paths mean the same. */
  readonly absolute: string;
  /** Of its first file, when that was looked at. */
  readonly extension?: string;
  readonly bytes?: number;
  /** Keys of the first record, when the first file holds JSON lines. */
  readonly fields?: readonly string[];
}

export interface MixFacts {
  /** By path as the file says it; a path that was not looked at is left out. Of the tokenizer: its folder's tokenizer.json. */
  readonly paths: ReadonlyMap<string, PathFacts>;
  /** Paths that are there and could be meant, relative to the file: data files and folders that hold some. */
  readonly data: readonly string[];
  /** Folders with a tokenizer.json, relative to the file. */
  readonly tokenizers: readonly string[];
  /** Of the sources, once over, as the engine last measured them. */
  readonly sizes: Readonly<Record<string, SourceSize | undefined>>;
}

/** Paths of a file that the host looks at. */
export function tokenizerFile(folder: string): string {
  return `${folder.replace(/[\\/]+$/, '')}/tokenizer.json`;
}
