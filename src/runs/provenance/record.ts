// provenance.json of a job: one entry an attempt, and the inputs it is made of. Written by the job's process alone.
import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, totalmem } from 'node:os';
import path from 'node:path';
import type { Provenance, ProvenanceAttempt } from '../../protocol/provenance';
import { writeFileAtomicSync } from '../files/atomic';
import { readJson, toJson } from '../files/json';
import { errorCode } from '../files/retry';
import type { JobFacts } from '../job-context';
import { jobPath } from '../layout';
import { programVersion } from '../package-folder';
import { thisHost } from '../this-host';
import type { GitFacts } from './git';

export class ProvenanceRecord {
  #content: Provenance;

  private constructor(private readonly folder: string, content: Provenance) {
    this.#content = content;
  }

  static async open(folder: string): Promise<ProvenanceRecord> {
    return new ProvenanceRecord(folder, await readProvenance(folder) ?? { schema: 1, attempts: [], inputs: [], parents: [], seeds: {} });
  }

  /** Adds the entry of a new attempt, and its patch as a file beside. */
  beginAttempt(attempt: number, at: string, nodeSource: string, git: GitFacts | undefined): void {
    const entry: ProvenanceAttempt = {
      attempt, at, nodeSource,
      preclinical: programVersion(),
      node: process.version,
      platform: `${process.platform}-${process.arch}`,
      host: thisHost().host,
      cpu: cpus()[0]?.model ?? 'unknown',
      cores: availableParallelism(),
      memoryBytes: totalmem(),
      ...(git === undefined ? {} : { git: this.#recordGit(attempt, git) }),
    };
    this.#write({ ...this.#content, attempts: [...this.#content.attempts, entry] });
  }

  /** Backend, device and threads belong to the newest attempt; inputs, parents and seeds to the job, the newest word winning. */
  addFacts(facts: JobFacts): void {
    const { backend, backendReason, device, threads, seeds = {}, inputs = [], parents = [], mixHash } = facts;
    const before = this.#content;
    const attempts = before.attempts.map((entry, index) => index < before.attempts.length - 1 ? entry : {
      ...entry, ...(backend === undefined ? {} : { backend }), ...(backendReason === undefined ? {} : { backendReason }),
      ...(device === undefined ? {} : { device }), ...(threads === undefined ? {} : { threads }),
    });
    this.#write({
      ...before, attempts,
      inputs: mergeBy(before.inputs, inputs, (input) => input.path),
      parents: mergeBy(before.parents, parents, (parent) => parent.job),
      seeds: { ...before.seeds, ...seeds },
      ...(mixHash === undefined ? {} : { mixHash }),
    });
  }

  #recordGit(attempt: number, { patch, ...facts }: GitFacts): NonNullable<ProvenanceAttempt['git']> {
    if (patch === '') return facts;
    const before = this.#content.attempts.at(-1)?.git?.patchFile;
    if (before !== undefined && this.#patchEquals(before, patch)) return { ...facts, patchFile: before };
    const patchFile = attempt === 1 ? 'provenance.patch' : `provenance-${attempt}.patch`;
    writeFileAtomicSync(path.join(this.folder, patchFile), patch);
    return { ...facts, patchFile };
  }

  #patchEquals(name: string, patch: string): boolean {
    try {
      return readFileSync(path.join(this.folder, path.basename(name)), 'utf8') === patch;
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return false;
      throw error;
    }
  }

  #write(content: Provenance): void {
    this.#content = content;
    writeFileAtomicSync(jobPath(this.folder, 'provenance'), toJson(content));
  }
}

/** Undefined when the job has not started yet. */
export async function readProvenance(folder: string): Promise<Provenance | undefined> {
  const value = await readJson(jobPath(folder, 'provenance'));
  return isProvenance(value) ? value : undefined;
}

function isProvenance(value: unknown): value is Provenance {
  if (value === null || typeof value !== 'object') return false;
  const { schema, attempts, inputs, parents, seeds } = value as Partial<Record<string, unknown>>;
  return schema === 1 && Array.isArray(attempts) && Array.isArray(inputs) && Array.isArray(parents) && typeof seeds === 'object';
}

function mergeBy<T>(before: readonly T[], added: readonly T[], key: (item: T) => string): T[] {
  return [...new Map([...before, ...added].map((item) => [key(item), item])).values()];
}
