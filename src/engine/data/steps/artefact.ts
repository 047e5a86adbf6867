// What one step made of one piece of the input: a folder of files in the cache, named by a hash of everything it depends on.
// It is there whole or not at all, so that a build that was killed goes on with the next piece, and one whose settings changed
// runs only the steps these settings are for.
import { createHash } from 'node:crypto';
import { closeSync, openSync, writeSync } from 'node:fs';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { privateFileMode, privateFolderMode, writeFileAtomic } from '../../../runs/files/atomic';
import { errorCode } from '../../../runs/files/retry';
import { readJson } from '../../../runs/files/json';
import { cacheFolder } from '../../../runs/layout';
import { findProcess } from '../../../runs/this-host';

export const stepNames = ['read', 'screen', 'encode'] as const;
export type StepName = (typeof stepNames)[number];

const doneName = 'done.json';
/** Bytes gathered before they are written. */
const bufferBytes = 1 << 18;

export function stepsFolder(root: string): string {
  return path.join(cacheFolder(root), 'mix-steps');
}

export function stepFolder(root: string, step: StepName, key: string): string {
  return path.join(stepsFolder(root), step, key);
}

export function digest(content: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 32);
}

interface Done<Summary> { readonly summary: Summary; readonly sizes: Readonly<Record<string, number>> }

/** What the step told of itself; undefined when it has to run: it never did, or a file of it is gone or cut. */
export async function readStep<Summary>(folder: string): Promise<Summary | undefined> {
  const done = await readJson(path.join(folder, doneName)) as Done<Summary> | undefined;
  if (!done) return undefined;
  const whole = await Promise.all(Object.entries(done.sizes).map(async ([name, bytes]) => (await stat(path.join(folder, name)).catch(() => undefined))?.size === bytes));
  return whole.every(Boolean) ? done.summary : undefined;
}

/** Runs `make` with a writer of the step's files; they take their place when it has returned the step's summary. */
export async function writeStep<Summary>(folder: string, make: (writer: StepWriter) => Promise<Summary>): Promise<Summary> {
  const partial = `${folder}.partial-${process.pid}-${++attempts}`;
  await mkdir(partial, { recursive: true, mode: privateFolderMode });
  const writer = new StepWriter(partial);
  try {
    const summary = await make(writer);
    const sizes = writer.close();
    await writeFileAtomic(path.join(partial, doneName), JSON.stringify({ summary, sizes } satisfies Done<Summary>));
    // Of two builds at once the first one's files stand: the other may be reading them.
    if (await readStep(folder) === undefined) {
      await rm(folder, { recursive: true, force: true });
      await rename(partial, folder);
    } else await rm(partial, { recursive: true, force: true });
    return summary;
  } catch (error) {
    writer.close();
    await rm(partial, { recursive: true, force: true });
    // Another process made the same thing first.
    if (errorCode(error) === 'ENOTEMPTY' || errorCode(error) === 'EEXIST') {
      const summary = await readStep<Summary>(folder);
      if (summary !== undefined) return summary;
    }
    throw error;
  }
}

let attempts = 0;

const columnsName = 'columns';

/** Of what a build holds of each document and has no room for in memory. */
export function columnsFile(root: string): string {
  return path.join(stepsFolder(root), columnsName, `columns.partial-${process.pid}-${++attempts}`);
}

/** Removes what processes that are gone left unfinished. */
export async function removeUnfinished(root: string): Promise<void> {
  for (const step of [...stepNames, columnsName]) {
    const folder = path.join(stepsFolder(root), step);
    for (const name of await readdir(folder).catch(() => [])) {
      const pid = /\.partial-(\d+)-\d+$/.exec(name)?.[1];
      if (pid !== undefined && !findProcess(Number(pid))) await rm(path.join(folder, name), { recursive: true, force: true });
    }
  }
}

/** Appends to files of a folder through a buffer each. */
export class StepWriter {
  readonly #files = new Map<string, OutputFile>();
  #sizes: Record<string, number> | undefined;

  constructor(private readonly folder: string) {}

  file(name: string): OutputFile {
    const known = this.#files.get(name);
    if (known) return known;
    const made = new OutputFile(path.join(this.folder, name));
    this.#files.set(name, made);
    return made;
  }

  /** Sizes of all files by name. */
  close(): Record<string, number> {
    if (this.#sizes) return this.#sizes;
    const sizes: Record<string, number> = {};
    this.#sizes = sizes;
    for (const [name, file] of this.#files) sizes[name] = file.close();
    return sizes;
  }
}

export class OutputFile {
  readonly #fd: number;
  readonly #buffer = Buffer.allocUnsafe(bufferBytes);
  #filled = 0;
  #isOpen = true;
  /** Bytes so far. */
  length = 0;

  constructor(file: string) {
    this.#fd = openSync(file, 'wx', privateFileMode);
  }

  write(bytes: Uint8Array): void {
    this.length += bytes.length;
    if (bytes.length > bufferBytes - this.#filled) this.#flush();
    if (bytes.length > bufferBytes) this.#writeAll(bytes);
    else {
      this.#buffer.set(bytes, this.#filled);
      this.#filled += bytes.length;
    }
  }

  /** Returns how many bytes of UTF-8 that was. */
  text(text: string): number {
    // At most three bytes a UTF-16 unit: most texts fit into the buffer without one of their own.
    if (3 * text.length <= bufferBytes) {
      if (3 * text.length > bufferBytes - this.#filled) this.#flush();
      const bytes = this.#buffer.write(text, this.#filled, 'utf8');
      this.#filled += bytes;
      this.length += bytes;
      return bytes;
    }
    const bytes = Buffer.from(text, 'utf8');
    this.write(bytes);
    return bytes.length;
  }

  close(): number {
    if (!this.#isOpen) return this.length;
    this.#isOpen = false;
    try {
      this.#flush();
    } finally {
      closeSync(this.#fd);
    }
    return this.length;
  }

  #flush(): void {
    const filled = this.#filled;
    this.#filled = 0;
    this.#writeAll(this.#buffer.subarray(0, filled));
  }

  /** A nearly full disk writes less than it was given; the next attempt then says why. */
  #writeAll(bytes: Uint8Array): void {
    for (let done = 0; done < bytes.length;) done += writeSync(this.#fd, bytes, done, bytes.length - done);
  }
}
