// SHA-256 of the files a job reads, so that the same job is recognised and a changed input is not.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { userError } from '../../../base/errors/problem';
import { toStoredPath } from './paths';

export async function hashFiles(root: string, files: readonly string[]): Promise<Record<string, string>> {
  const hashes: Record<string, string> = {};
  for (const file of files) {
    const hash = createHash('sha256');
    try {
      await pipeline(createReadStream(file), hash);
    } catch (error) {
      throw userError({ code: 'input-not-readable', file: toStoredPath(root, file), message: (error as Error).message, next: 'Check that the file is there and may be read.' });
    }
    hashes[toStoredPath(root, file)] = hash.digest('hex');
  }
  return hashes;
}
