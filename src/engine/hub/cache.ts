// The cache folder of huggingface_hub: models--ORG--NAME or datasets--ORG--NAME, each with blobs, refs and snapshots. A snapshot is a folder of a commit whose
// files are links to blobs, which are called by what the Hub says identifies their content.
import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { copyFile, mkdir, readFile, symlink } from 'node:fs/promises';
import path from 'node:path';
import { writeFileAtomic } from '../../runs/files/atomic';
import { errorCode } from '../../runs/files/retry';
import type { HubReference } from './reference';

const commitPattern = /^[0-9a-f]{40}$/;

export class RepositoryCache {
  readonly #folder: string;

  constructor(cacheFolder: string, readonly reference: HubReference) {
    this.#folder = path.join(cacheFolder, `${reference.kind ?? 'model'}s--${reference.repository.replaceAll('/', '--')}`);
  }

  /** Commit the revision meant when it was last asked for; undefined when it never was. */
  async commit(): Promise<string | undefined> {
    const { revision } = this.reference;
    if (commitPattern.test(revision)) return revision;
    try {
      const commit = (await readFile(path.join(this.#folder, 'refs', revision), 'utf8')).trim();
      return commitPattern.test(commit) ? commit : undefined;
    } catch {
      return undefined;
    }
  }

  async writeCommit(commit: string): Promise<void> {
    if (this.reference.revision === commit) return;
    const file = path.join(this.#folder, 'refs', this.reference.revision);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFileAtomic(file, commit, { mode: 0o644 });
  }

  snapshot(commit: string): string {
    return path.join(this.#folder, 'snapshots', commit);
  }

  blob(etag: string): string {
    return path.join(this.#folder, 'blobs', etag);
  }

  has(commit: string, file: string): boolean {
    return existsSync(path.join(this.snapshot(commit), file));
  }

  /** Makes a file of the snapshot stand for a blob: by a link, or where there are none by a copy. */
  async point(commit: string, file: string, etag: string): Promise<void> {
    const pointer = path.join(this.snapshot(commit), file);
    await mkdir(path.dirname(pointer), { recursive: true });
    try {
      await symlink(path.relative(path.dirname(pointer), this.blob(etag)), pointer);
    } catch (error) {
      if (errorCode(error) === 'EEXIST') return;
      if (errorCode(error) !== 'EPERM') throw error;
      await copyFile(this.blob(etag), pointer);
    }
  }
}

/**
 * Whether a file is what its name in `blobs` says: a large file is called by its SHA-256, a small one by git's SHA-1 of it.
 * Names of neither form say nothing.
 */
export async function matchesEtag(file: string, etag: string, bytes: number): Promise<boolean> {
  const isLarge = /^[0-9a-f]{64}$/.test(etag);
  if (!isLarge && !commitPattern.test(etag)) return true;
  const hash = isLarge ? createHash('sha256') : createHash('sha1').update(`blob ${bytes}\0`);
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer);
  return hash.digest('hex') === etag;
}

/** `org/name` of a snapshot's folder; undefined for other folders. */
export function repositoryOf(folder: string): string | undefined {
  const [, repository] = /models--([^/\\]+)[/\\]snapshots[/\\][0-9a-f]{40}[/\\]?$/.exec(folder) ?? [];
  return repository?.replace('--', '/');
}
