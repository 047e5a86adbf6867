import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expandStudies } from '../../../../src/host/curves/expand';
import type { JobFile } from '../../../../src/protocol/job-file';
import { createJob } from '../../../../src/runs/create';
import { jobPath } from '../../../../src/runs/layout';

describe('a study among the runs to show', () => {
  let root: string;
  before(() => { root = mkdtempSync(path.join(os.tmpdir(), 'preclinical-expand-')); });
  after(() => { rmSync(root, { recursive: true, force: true }); });

  const job = (kind: string): Promise<{ id: string; folder: string }> =>
    createJob(root, { schema: 1, kind, name: kind, overrides: {}, resolved: {} } as unknown as JobFile);

  it('stands for the trainings it has started, each once; other ids stay', async () => {
    const [study, train, mix, alone] = [await job('study'), await job('train'), await job('mix'), await job('train')];
    for (const [seq, one] of [mix, train, train].entries()) {
      appendFileSync(jobPath(study.folder, 'events'), `${JSON.stringify({ schema: 1, seq, attempt: 1, wallMs: 0, elapsedMs: 0, type: 'studyStep', step: 'a', state: 'running', job: one.id })}\n`);
    }
    assert.deepEqual(await expandStudies(root, [study.id, alone.id, '20200101-000000-gone-abcd']), [train.id, alone.id, '20200101-000000-gone-abcd']);
    assert.deepEqual(await expandStudies(root, []), []);
  });
});
