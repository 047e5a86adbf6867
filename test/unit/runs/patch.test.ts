// Patches of files that Git does not know yet.
import assert from 'node:assert/strict';
import { newFilePatch } from '../../../src/runs/provenance/patch';

describe('the patch of a new file', () => {
  it('adds every line', () => {
    assert.equal(newFilePatch('a/b.cot', 'one\n\nthree\n'), [
      'diff --git a/a/b.cot b/a/b.cot', 'new file mode 100644', '--- /dev/null', '+++ b/a/b.cot', '@@ -0,0 +1,3 @@', '+one', '+', '+three', '',
    ].join('\n'));
  });

  it('says where the last newline is missing', () => {
    assert.match(newFilePatch('b.cot', 'one'), /@@ -0,0 \+1,1 @@\n\+one\n\\ No newline at end of file\n$/);
  });

  it('has no hunk for an empty file', () => {
    assert.equal(newFilePatch('b.cot', ''), 'diff --git a/b.cot b/b.cot\nnew file mode 100644\n');
  });
});
