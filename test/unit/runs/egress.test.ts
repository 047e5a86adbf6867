// Whether questions may leave this machine: the stricter of the prompt file and the set's folder.
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { egressOfQuestions, originFile } from '../../../src/runs/egress';
import { withRoot } from './folder';

describe('egress of questions', () => {
  it('is what the prompt file says where the folder has no record', () => withRoot(async (root) => {
    const questions = path.join(root, 'questions.jsonl');
    assert.equal(await egressOfQuestions('allowed', questions), 'allowed');
    assert.equal(await egressOfQuestions('never', questions), 'never');
  }));

  it('is never when one of both says so, or the record cannot be read', () => withRoot(async (root) => {
    const questions = path.join(root, 'questions.jsonl');
    const record = (text: string): Promise<void> => writeFile(path.join(root, originFile), text);
    await record('{"egress":"allowed"}');
    assert.equal(await egressOfQuestions('allowed', questions), 'allowed');
    assert.equal(await egressOfQuestions('never', questions), 'never');
    await record('{"egress":"never"}');
    assert.equal(await egressOfQuestions('allowed', questions), 'never');
    await record('{"egress":');
    assert.equal(await egressOfQuestions('allowed', questions), 'never');
  }));
});
