// provenance.json against real repositories: what is recorded, and above all what is not.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { makePreclinicalFolder } from '../../../src/runs/layout';
import { collectGit } from '../../../src/runs/provenance/git';
import { readProvenance } from '../../../src/runs/provenance/record';
import { createCounting, runCounting, withRoot } from './counting-job';

describe('provenance of a workspace in Git', () => {
  it('has a patch of code and the four file kinds that applies, and nothing else', () => withRepository(async (root) => {
    write(root, 'model.py', 'print(2)\n');
    write(root, 'notes.txt', 'Mrs Example, born 1950\n');
    write(root, 'data.json', '{"patient": "Mr Sample"}\n');
    write(root, 'new.mix.yaml', 'name: new\nseed: 3');
    write(root, 'deep/er/new.cot', '---\nname: x\n---\nAsk.\n');
    write(root, 'untracked.py', 'patients = ["Ms Instance"]\n');
    const facts = (await collectGit(path.join(root, 'deep')))!;
    assert.equal(facts.commit, git(root, 'rev-parse', 'HEAD').trim());
    assert.equal(facts.branch, 'trunk');
    assert.equal(facts.remote, 'https://example.org/group/project.git');
    assert.equal(facts.dirty, true);
    for (const secret of ['Example', 'Sample', 'Instance', 'hunter2']) assert.ok(!facts.patch.includes(secret), secret);

    const names = git(root, 'apply', '--numstat', '--unidiff-zero', patchFile(root, facts.patch)).trim().split('\n').map((line) => line.split('\t')[2]);
    assert.deepEqual(names.sort(), ['deep/er/new.cot', 'model.py', 'new.mix.yaml']);
    rmSync(path.join(root, 'new.mix.yaml'));
    rmSync(path.join(root, 'deep/er/new.cot'));
    git(root, 'checkout', '--quiet', '--', 'model.py');
    git(root, 'apply', patchFile(root, facts.patch));
    assert.equal(readFileSync(path.join(root, 'new.mix.yaml'), 'utf8'), 'name: new\nseed: 3');
    assert.equal(readFileSync(path.join(root, 'model.py'), 'utf8'), 'print(2)\n');
  }));

  it('is clean when nothing differs, and leaves the repository as it was', () => withRepository(async (root) => {
    await makePreclinicalFolder(root);
    const before = git(root, 'count-objects', '-v');
    const facts = (await collectGit(root))!;
    assert.deepEqual([facts.dirty, facts.patch], [false, '']);
    assert.equal(git(root, 'count-objects', '-v'), before);
    assert.equal(git(root, 'status', '--porcelain'), '', 'the job folder is ignored');
  }));

  it('is kept once an attempt, with the patch beside', () => withRepository(async (root) => {
    write(root, 'model.py', 'print(3)\n');
    const folder = await createCounting(root, { steps: 3, every: 2, mode: 'user-error' });
    await runCounting(folder);
    await runCounting(folder);
    write(root, 'model.py', 'print(4)\n');
    await runCounting(folder);
    const { attempts } = (await readProvenance(folder))!;
    assert.deepEqual(attempts.map((entry) => entry.attempt), [1, 2, 3]);
    assert.deepEqual(attempts.map((entry) => entry.git?.patchFile), ['provenance.patch', 'provenance.patch', 'provenance-3.patch']);
    assert.match(readFileSync(path.join(folder, 'provenance-3.patch'), 'utf8'), /^\+print\(4\)$/m);
    assert.equal(attempts[0]!.node, process.version);
  }));

  it('has no Git part outside a repository', () => withRoot(async (root) => {
    assert.equal(await collectGit(root), undefined);
    const folder = await createCounting(root, { steps: 3, every: 2 });
    assert.equal((await runCounting(folder)).code, 0);
    const provenance = (await readProvenance(folder))!;
    assert.equal(provenance.attempts[0]!.git, undefined);
    assert.deepEqual([provenance.seeds, provenance.attempts[0]!.backend], [{ count: 1 }, 'none']);
  }));

  it('has no Git part where git is not installed', () => withRepository(async (root) => {
    const before = process.env['PATH'];
    process.env['PATH'] = root;
    try {
      assert.equal(await collectGit(root), undefined);
    } finally {
      process.env['PATH'] = before;
    }
  }));
});

/** A repository with a commit of code and data, on a branch, with a remote that has a password in it. */
async function withRepository(use: (root: string) => Promise<void>): Promise<void> {
  await withRoot(async (root) => {
    git(root, 'init', '--quiet', '--initial-branch=trunk');
    git(root, 'remote', 'add', 'origin', 'https://someone:hunter2@example.org/group/project.git');
    write(root, 'model.py', 'print(1)\n');
    write(root, 'notes.txt', 'nothing yet\n');
    write(root, 'data.json', '{}\n');
    write(root, 'deep/keep.md', 'x\n');
    git(root, 'add', '.');
    git(root, '-c', 'user.name=T', '-c', 'user.email=t@example.org', 'commit', '--quiet', '-m', 'First');
    await use(root);
  });
}

function git(root: string, ...args: string[]): string {
  return execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

function write(root: string, name: string, text: string): void {
  mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
  writeFileSync(path.join(root, name), text);
}

function patchFile(root: string, patch: string): string {
  const file = path.join(root, '.git', 'to-apply.patch');
  writeFileSync(file, patch);
  return file;
}
