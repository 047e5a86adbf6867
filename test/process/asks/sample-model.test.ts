// The first question of a new user: a fresh sample workspace, nothing trained, no network.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { engineAsset } from '../../../src/engine/parts/assets';
import { AskChild, makeAskWorkspace, type AskWorkspace } from './ask-child';

const run = promisify(execFile);

describe('the shipped model in a fresh sample workspace', () => {
  let workspace: AskWorkspace;
  let sample: string;
  before(async () => {
    workspace = makeAskWorkspace();
    sample = path.join(workspace.root, 'sample');
    await run(process.execPath, [engineAsset('cli.mjs'), 'sample', sample]);
  });
  after(() => workspace.remove());

  it('answers the questions of tested.cot at once, mostly right', async () => {
    const child = new AskChild(workspace.root);
    const lines = Array.from({ length: 12 }, (_, index) => index + 1);
    child.send({ type: 'ask', id: 'a', cot: path.join(sample, 'prompts', 'tested.cot'), lines, strategies: ['direct'], model: { kind: 'checkpoint', reference: 'sample' } });
    await child.until('done', 'a');
    assert.deepEqual(child.of('a')[1], { type: 'asked', id: 'a', samples: 12, model: 'sample' });
    const records = child.of('a').flatMap((message) => (message.type === 'answered' ? [message.record] : []));
    const right = records.filter((record) => record.letter === record.gold);
    assert.ok(right.length >= 6, `${right.length} of 12: ${records.map((record) => record.answer).join(' | ')}`);
    assert.equal(records[0]!.cot, 'sample/prompts/tested.cot');
    assert.equal(await child.end(), 0);
  });
});
