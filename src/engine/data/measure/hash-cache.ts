// SHA-256 of inputs without reading those whose size and time are as they were. For looking at a mix; a build reads every byte.
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { InputHash } from '../../../protocol/provenance';
import { privateFolderMode, writeFileAtomic } from '../../../runs/files/atomic';
import { readJson } from '../../../runs/files/json';
import { cacheFolder, makePreclinicalFolder } from '../../../runs/layout';
import { hashFile, stampOf } from '../plan/hash';
import type { HashInput } from '../plan/plan';

interface KeptHash { readonly stamp: string; readonly sha256: string; readonly bytes: number }

export class HashCache {
  readonly #kept: Map<string, KeptHash>;
  #changed = false;

  private constructor(private readonly root: string, kept: Readonly<Record<string, KeptHash>>) {
    this.#kept = new Map(Object.entries(kept));
  }

  static async open(root: string): Promise<HashCache> {
    const kept = await readJson(cacheFile(root));
    return new HashCache(root, typeof kept === 'object' && kept !== null ? kept as Record<string, KeptHash> : {});
  }

  readonly hash: HashInput = async (file): Promise<InputHash> => {
    const stamp = await stampOf(file);
    const known = this.#kept.get(file.path);
    if (known?.stamp === stamp) return { path: file.name, sha256: known.sha256, bytes: known.bytes };
    const found = await hashFile(file);
    this.#kept.set(file.path, { stamp, sha256: found.sha256, bytes: found.bytes });
    this.#changed = true;
    return found;
  };

  async save(): Promise<void> {
    if (!this.#changed) return;
    await makePreclinicalFolder(this.root);
    await mkdir(cacheFolder(this.root), { recursive: true, mode: privateFolderMode });
    await writeFileAtomic(cacheFile(this.root), JSON.stringify(Object.fromEntries(this.#kept)));
  }
}

function cacheFile(root: string): string {
  return path.join(cacheFolder(root), 'input-hashes.json');
}
