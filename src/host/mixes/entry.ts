// What the editor knows of one mix file: what is built of it and what works on it. Pure: no vscode, no files.
import type { MixBuild } from '../../protocol/mix-plan';
import type { RunEntry } from '../runs/entry';

/** `unchecked`: builds are there, and whether they are of the file as it is now is not known (yet). */
export type MixState = 'never' | 'built' | 'outOfDate' | 'unchecked' | 'building';

/** A file as a look at the disk finds it. */
export interface MixFileFacts {
  /** Absolute path. */
  readonly file: string;
  /** Undefined when the text is no mix that can be built. */
  readonly name: string | undefined;
  /** Newest first. */
  readonly builds: readonly MixBuild[];
  /** What the text itself has wrong, in the terminal's words. */
  readonly problem?: string;
}

/** What the engine said of the file as it is now. */
export interface MixVerdict { readonly hash?: string; readonly problem?: string }

export interface MixEntry extends MixFileFacts {
  readonly state: MixState;
  /** The build of the file as it is now. */
  readonly current?: MixBuild;
  /** The job that builds it, while it works. */
  readonly job?: RunEntry;
  /** The newest job for it when that failed or was stopped, and nothing was built since. */
  readonly lastFailure?: RunEntry;
}

/** `jobs` newest first. */
export function mixEntry(facts: MixFileFacts, verdict: MixVerdict | undefined, jobs: readonly RunEntry[]): MixEntry {
  const job = jobs.find((one) => one.reading.alive);
  const current = verdict?.hash === undefined ? undefined : facts.builds.find((build) => build.hash === verdict.hash);
  const state: MixState = job ? 'building' : current ? 'built' : facts.builds.length === 0 ? 'never' : verdict?.hash === undefined ? 'unchecked' : 'outOfDate';
  const newest = jobs[0];
  const failed = newest && !newest.reading.alive && newest.reading.state !== 'done' && newest.reading.at > (facts.builds[0]?.builtAt ?? '') ? newest : undefined;
  const problem = facts.problem ?? verdict?.problem;
  return { ...facts, state, ...(current ? { current } : {}), ...(job ? { job } : {}), ...(failed ? { lastFailure: failed } : {}), ...(problem === undefined ? {} : { problem }) };
}

/** What the sizes in the view are of: the current build, else the newest. */
export function shownBuild(entry: MixEntry): MixBuild | undefined {
  return entry.current ?? entry.builds[0];
}

/** Actions that fit, as words of the tree item's contextValue. */
export function contextWords(entry: MixEntry): string {
  return ['mix', entry.state, entry.state === 'building' ? 'cancellable' : entry.state === 'built' ? 'current' : 'buildable', ...(entry.builds.length > 0 ? ['hasManifest'] : [])].join(' ');
}
