// What Git knows of the workspace when an attempt starts: commit, branch, remote, and a patch of what is not committed.
// Never changes the repository, and gives up quietly where there is none.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { simpleGit } from 'simple-git';
import { newFilePatch, ownPathspecs, trackedPathspecs } from './patch';
import { withoutCredentials } from './remote';

export interface GitFacts {
  readonly commit: string;
  readonly branch?: string;
  readonly remote?: string;
  /** Whether any tracked file differs from the commit, in the patch or not. */
  readonly dirty: boolean;
  /** Empty when nothing that may be in it differs. */
  readonly patch: string;
}

const timeoutMs = 30_000;
const plainDiff = ['--no-ext-diff', '--no-textconv', '--no-color', '--no-renames', '--src-prefix=a/', '--dst-prefix=b/'];

/** Undefined where git is not installed, `folder` is in no repository, or the repository has no commit yet. */
export async function collectGit(folder: string): Promise<GitFacts | undefined> {
  try {
    const git = simpleGit(folder, { timeout: { block: timeoutMs }, completion: { onClose: true, onExit: false } });
    const text = async (...args: string[]): Promise<string> => (await git.raw(args)).trim();
    const [top, commit] = await Promise.all([text('rev-parse', '--show-toplevel'), text('rev-parse', '--verify', 'HEAD')]);
    const [branch, remotes, changed, diff, untracked] = await Promise.all([
      text('branch', '--show-current'),
      text('remote'),
      text('status', '--porcelain', '--untracked-files=no'),
      git.raw(['diff', ...plainDiff, 'HEAD', '--', ...trackedPathspecs]),
      git.raw(['ls-files', '-z', '--others', '--exclude-standard', '--full-name', '--', ...ownPathspecs]),
    ]);
    const name = remotes.split('\n').includes('origin') ? 'origin' : remotes.split('\n')[0]!;
    const remote = name === '' ? '' : await text('remote', 'get-url', name);
    return {
      commit,
      ...(branch === '' ? {} : { branch }),
      ...(remote === '' ? {} : { remote: withoutCredentials(remote) }),
      dirty: changed !== '',
      patch: diff + await untrackedPatch(top, untracked.split('\0').filter(Boolean)),
    };
  } catch {
    return undefined;
  }
}

async function untrackedPatch(top: string, names: readonly string[]): Promise<string> {
  const patches = await Promise.all(names.map(async (name) => newFilePatch(name, await readFile(path.join(top, name), 'utf8'))));
  return patches.join('');
}
