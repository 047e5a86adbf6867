// Paths of a mix file: files, folders and globs.
import assert from 'node:assert/strict';
import path from 'node:path';
import { expandPath } from '../../../../src/engine/data/plan/expand';
import { makeWorkspace, type TestWorkspace } from '../../../fixtures/data/workspace';

describe('expandPath', () => {
  let workspace: TestWorkspace;
  before(async () => {
    workspace = await makeWorkspace({ 'a.txt': '', 'b.jsonl': '', 'notes/1.txt': '', 'notes/deep/2.txt': '', 'notes/deep/3.md': '', 'notes/.hidden/4.txt': '', 'notes/.env': '', 'odd [name] (1).txt': '' });
  });
  after(() => workspace.remove());

  const cases: readonly [pattern: string, files: readonly string[]][] = [
    ['a.txt', ['a.txt']],
    ['notes', ['notes/1.txt', 'notes/deep/2.txt', 'notes/deep/3.md']],
    ['*.txt', ['a.txt', 'odd [name] (1).txt']],
    ['?.*', ['a.txt', 'b.jsonl']],
    ['**/*.txt', ['a.txt', 'notes/1.txt', 'notes/deep/2.txt', 'odd [name] (1).txt']],
    ['notes/**', ['notes/1.txt', 'notes/deep/2.txt', 'notes/deep/3.md']],
    ['notes/**/*.md', ['notes/deep/3.md']],
    ['./notes/*', ['notes/1.txt']],
    ['odd [name] (1).txt', ['odd [name] (1).txt']],
    ['odd [name]*', ['odd [name] (1).txt']],
    ['nothing', []],
    ['notes/*.pdf', []],
  ];
  for (const [pattern, files] of cases) {
    it(pattern, async () => {
      assert.deepEqual((await expandPath(workspace.root, pattern)).map((file) => file.name), files);
    });
  }

  it('goes up from its folder, and takes absolute paths', async () => {
    assert.deepEqual((await expandPath(path.join(workspace.root, 'notes'), '../*.jsonl')).map((file) => file.name), ['../b.jsonl']);
    assert.deepEqual((await expandPath('/', `${workspace.root.split(path.sep).join('/')}/*.jsonl`)).map((file) => file.path), [path.join(workspace.root, 'b.jsonl')]);
  });
});
