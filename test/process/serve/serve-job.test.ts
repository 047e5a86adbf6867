import assert from 'node:assert/strict';
import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { createClient } from '../../../src/engine/client';
import type { EndpointFile } from '../../../src/engine/jobs/endpoint-file';
import { createJob } from '../../../src/runs/create';
import { requestJob } from '../../../src/runs/requests';
import { makeTinyCheckpoint, type TinyCheckpoint } from '../../engine/serve/tiny-checkpoint';
import { runToEnd } from '../run-to-end';
import { makeWorkspace, type Workspace } from './jobs';

describe('a serve job', () => {
  let workspace: Workspace;
  let checkpoint: TinyCheckpoint;
  before(async () => {
    workspace = await makeWorkspace();
    checkpoint = await makeTinyCheckpoint();
  });
  after(async () => {
    await workspace.remove();
    await checkpoint.remove();
  });

  async function create(folder: string): Promise<string> {
    return (await createJob(workspace.root, { schema: 1, kind: 'serve', name: 'tiny', overrides: {}, resolved: { checkpoint: folder, host: '127.0.0.1', port: 0 } })).folder;
  }

  it('says in private files where it is, answers, and cleans up when stopped', async () => {
    const job = await create(checkpoint.folder);
    const endpointFile = path.join(job, 'endpoint.json');
    let answers = 0;
    const { state, events } = await runToEnd(job, async (event) => {
      if (event.type !== 'notice') return;
      const endpoint = JSON.parse(readFileSync(endpointFile, 'utf8')) as EndpointFile;
      const tokenFile = path.join(job, endpoint.tokenFile);
      for (const file of [endpointFile, tokenFile]) assert.equal(statSync(file).mode & 0o777, 0o600);
      const token = readFileSync(tokenFile, 'utf8').trim();
      assert.ok(!readFileSync(endpointFile, 'utf8').includes(token) && !event.message.includes(token));
      const client = createClient({ baseUrl: endpoint.baseUrl, model: endpoint.model, apiKey: token });
      answers = (await client.complete({ prompt: 'aspirin', maxTokens: 2 })).choices.length;
      await assert.rejects(createClient({ baseUrl: endpoint.baseUrl, model: endpoint.model }).models());
      await requestJob(job, 'stop');
    });
    assert.equal(answers, 1);
    assert.deepEqual([state.state, state.exitCode], ['stopped', 3]);
    assert.ok(events.some((event) => event.type === 'requestAnswered' && event.answer === 'done'));
    assert.ok(!existsSync(endpointFile) && !existsSync(path.join(job, 'token')));
  });

  it('of a folder that is no checkpoint fails with what to do', async () => {
    const { state } = await runToEnd(await create('nowhere'));
    assert.deepEqual([state.state, state.exitCode], ['failed', 2]);
  });
});
