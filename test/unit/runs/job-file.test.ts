// run.yaml: what is written comes back, and how an endpoint is asked is the last word of whoever goes on.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { cotSchema } from '../../../src/documents/cot/schema';
import { askAsSaidNow } from '../../../src/engine/cli/start-job';
import type { PromptJobFile } from '../../../src/protocol/job-file';
import { createJob } from '../../../src/runs/create';
import { readJobFile } from '../../../src/runs/job-file';

describe('the file of a prompt job', () => {
  let root: string;
  before(() => { root = mkdtempSync(path.join(tmpdir(), 'preclinical-job-file-')); });
  after(() => { rmSync(root, { recursive: true }); });

  const file = (asking: PromptJobFile['asking']): PromptJobFile => ({
    schema: 1, kind: 'prompt', name: 'trial', file: 'trial.cot', overrides: {},
    resolved: { cot: cotSchema.parse({ name: 'trial', questions: 'q.jsonl' }), body: '{{ question }}', questions: 'q.jsonl', model: { baseUrl: 'http://127.0.0.1:1/v1', model: 'm' }, inputHashes: {} },
    ...(asking === undefined ? {} : { asking }),
  });

  it('holds how long is waited, how much is asked at once and that kept answers are not taken', async () => {
    const asking = { askAgain: true, concurrency: 2, timeoutMs: 600_000 } as const;
    assert.deepEqual(await readJobFile((await createJob(root, file(asking))).folder), file(asking));
    assert.deepEqual(await readJobFile((await createJob(root, file(undefined))).folder), file(undefined));
  });

  it('takes what the command says now when a job goes on', async () => {
    const { folder } = await createJob(root, file({ askAgain: true, timeoutMs: 1000 }));
    await askAsSaidNow(folder, file(undefined));
    assert.deepEqual(await readJobFile(folder), file({ askAgain: true, timeoutMs: 1000 }));
    await askAsSaidNow(folder, file({ timeoutMs: 600_000, concurrency: 1 }));
    assert.deepEqual(await readJobFile(folder), file({ askAgain: true, timeoutMs: 600_000, concurrency: 1 }));
  });
});
