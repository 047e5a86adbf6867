// The mixes of a workspace as the view shows them. The files, their builds and the jobs that build them are read from disk;
// which product a file gives now is asked of the engine when something it depends on has changed. No vscode.
import type { MixListing } from '../../protocol/mix-plan';
import type { RunEntry } from '../runs/entry';
import path from 'node:path';
import { type MixEntry, mixEntry, type MixVerdict } from './entry';
import { lookAtMix, type MixLook } from './stamps';

export interface MixesWorld {
  readonly root: string;
  /** Absolute paths of the *.mix.yaml files. */
  files(): Promise<readonly string[]>;
  /** What the engine says of these files; undefined where it may not be asked. */
  ask(files: readonly string[]): Promise<readonly MixListing[] | undefined>;
  /** Jobs, newest first. */
  jobs(): readonly RunEntry[];
}

export class MixesModel {
  #entries: readonly MixEntry[] = [];
  #looks = new Map<string, MixLook>();
  readonly #verdicts = new Map<string, MixVerdict & { readonly stamp: string }>();
  #files: readonly string[] | undefined;
  #shown = '';
  #looking: Promise<boolean> = Promise.resolve(false);

  constructor(private readonly world: MixesWorld) {}

  /** By name of the mix, then by path. */
  get entries(): readonly MixEntry[] {
    return this.#entries;
  }

  find(file: string): MixEntry | undefined {
    return this.#entries.find((entry) => entry.file === file);
  }

  /** Looks again; true when anything the view shows changed. `findFiles` also looks for new files; `anew` asks the engine of all. */
  refresh({ findFiles = false, anew = false }: { readonly findFiles?: boolean; readonly anew?: boolean } = {}): Promise<boolean> {
    this.#looking = this.#looking.then(() => this.#look(findFiles, anew));
    return this.#looking;
  }

  async #look(findFiles: boolean, anew: boolean): Promise<boolean> {
    if (findFiles || !this.#files) this.#files = await this.world.files();
    if (anew) this.#verdicts.clear();
    const looks = await Promise.all(this.#files.map(async (file) => [file, await lookAtMix(this.world.root, file)] as const));
    this.#looks = new Map(looks.flatMap(([file, look]) => (look ? [[file, look] as const] : [])));
    const early = this.#compose();
    await this.#judge();
    return this.#compose() || early;
  }

  /** Asks the engine of what changed since it was asked last; of a file with an error there is nothing to ask. */
  async #judge(): Promise<void> {
    const due = [...this.#looks].filter(([file, { facts, stamp }]) => facts.problem === undefined && this.#verdicts.get(file)?.stamp !== stamp);
    if (due.length === 0) return;
    const listings = await this.world.ask(due.map(([file]) => file));
    if (!listings) return;
    for (const [file, { stamp }] of due) {
      const listing = listings.find((one) => one.file === file);
      if (listing) this.#verdicts.set(file, { stamp, ...(listing.hash === undefined ? {} : { hash: listing.hash }), ...(listing.problem === undefined ? {} : { problem: listing.problem }) });
    }
  }

  #compose(): boolean {
    const jobs = this.world.jobs().filter((job) => job.kind === 'mix' && job.file !== undefined);
    const entries = [...this.#looks.values()].map(({ facts, stamp }) => {
      const verdict = this.#verdicts.get(facts.file);
      const known = verdict?.stamp === stamp ? verdict : undefined;
      return mixEntry(facts, known, jobs.filter((job) => path.resolve(this.world.root, job.file!) === facts.file));
    });
    this.#entries = entries.sort((a, b) => compare(a.name ?? a.file, b.name ?? b.file) || compare(a.file, b.file));
    const shown = JSON.stringify(this.#entries);
    if (shown === this.#shown) return false;
    this.#shown = shown;
    return true;
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
