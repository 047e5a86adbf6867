// A checkpoint served by another program as a job: started as a trainer is, waited for, asked with its token, stopped. The
// program speaks the command line and the HTTP of vLLM, which itself takes gigabytes and was tried by hand.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { openAskModel } from '../../src/engine/jobs/asks/model';
import { findCheckpoint } from '../../src/engine/jobs/prepare/checkpoint';
import { launchSettings } from '../../src/engine/jobs/prepare/launch-settings';
import { packageRoot } from '../../src/engine/parts/assets';
import { servedRuns } from '../../src/host/models/served';
import type { RunEntry } from '../../src/host/runs/entry';
import type { ServeJobFile } from '../../src/protocol/job-file';
import { createJob } from '../../src/runs/create';
import { requestJob } from '../../src/runs/requests';
import { readJobState } from '../../src/runs/state';
import { referencePython } from '../deep/python';
import { runToEnd } from '../process/run-to-end';
import { createTrainJob, makeTrainWorkspace } from '../process/train/workspace';
import { notices } from './curves';

describe('a checkpoint that vllm serves', function () {
  this.timeout(900_000);
  let root: string;
  before(async () => {
    root = await makeTrainWorkspace();
    assert.equal((await runToEnd(await createTrainJob(root, 'pretrain', { steps: 2, 'heldOut.everySteps': 2 }))).state.state, 'done');
  });
  after(() => rm(root, { recursive: true, force: true }));

  const serve = async (values: Record<string, unknown>): Promise<{ readonly folder: string; readonly id: string }> => {
    const { checkpoint, job } = await findCheckpoint(root, root, 'pretrain');
    const file: ServeJobFile = {
      schema: 1, kind: 'serve', name: 'serve-pretrain', overrides: {}, of: job!,
      resolved: { checkpoint, host: '127.0.0.1', port: 0, elsewhere: { engine: 'vllm', scaleout: await launchSettings(root, values, job) } },
    };
    return createJob(root, file);
  };

  it('is offered when it is well, answers who has its token, and is stopped with all its processes', async () => {
    const { folder, id } = await serve({ python: referencePython(), prefix: ['env', `PYTHONPATH=${path.join(packageRoot, 'test/fixtures/scaleout/vllm-like')}`], device: 'cpu' });
    let answer = '';
    let url = '';
    const { state, events } = await runToEnd(folder, async (event) => {
      if (event.type !== 'notice' || !event.message.startsWith('Serving ')) return;
      url = (JSON.parse(readFileSync(path.join(folder, 'endpoint.json'), 'utf8')) as { baseUrl: string }).baseUrl;
      assert.match(url, /^http:\/\/127\.0\.0\.1:\d+\/v1$/);
      assert.equal(statSync(path.join(folder, 'token')).mode & 0o077, 0);
      assert.deepEqual(servedRuns([{ id, folder, kind: 'serve', reading: await readJobState(folder) } as RunEntry]).map((one) => one.id), [id], 'the editor lists it');
      assert.equal((await fetch(`${url}/models`)).status, 401);
      const { client } = await (await openAskModel(root, { kind: 'checkpoint', reference: id }, [], { onDownload: () => undefined })).open();
      for await (const { text } of client.streamChat({ messages: [{ role: 'user', content: 'What of tea?' }], maxTokens: 8, temperature: 0 })) answer += text;
      await requestJob(folder, 'stop');
    });
    assert.equal(state.state, 'stopped', `${state.reason ?? ''}\n${notices(events)}`);
    assert.notEqual(answer, '');
    assert.equal(existsSync(path.join(folder, 'endpoint.json')), false);
    await assert.rejects(fetch(`${url}/models`), 'nobody listens any more');
    const script = readFileSync(path.join(folder, 'program', 'launch.sh'), 'utf8');
    assert.match(script, /-m vllm\.entrypoints\.cli\.main serve .* --host 127\.0\.0\.1/);
    assert.doesNotMatch(script, /VLLM_API_KEY=/, 'the token is in no file but its own');
    await assert.rejects(async () => (await openAskModel(root, { kind: 'checkpoint', reference: id }, [], { onDownload: () => undefined })).open(), /does not serve at the moment/);
  });

  it('fails with the reason when it ends early, and is refused by Slurm', async () => {
    const broken = await serve({ python: referencePython(), prefix: ['env', `PYTHONPATH=${path.join(packageRoot, 'test/fixtures/scaleout/vllm-like')}`], prologue: ['exit 3'] });
    const { state } = await runToEnd(broken.folder);
    assert.equal(state.state, 'failed');
    assert.match(state.reason ?? '', /the program ended with code 3/);
    const { state: refused } = await runToEnd((await serve({ slurm: {} })).folder);
    assert.match(refused.reason ?? '', /a server that Slurm starts is on another machine/);
  });
});
