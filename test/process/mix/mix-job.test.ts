// A mix built by a job of its own: events, provenance, stop, and errors in the status.
import assert from 'node:assert/strict';
import { readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { readManifest } from '../../../src/engine/data';
import { prepareMix } from '../../../src/engine/jobs/prepare/mix';
import type { JobEvent } from '../../../src/protocol/events';
import { createJob } from '../../../src/runs/create';
import { addTokenizer, makeWorkspace, type TestWorkspace } from '../../fixtures/data/workspace';
import { runToEnd } from '../run-to-end';
import { askAt } from '../train/workspace';

const mixText = (pathOfNotes: string): string => `name: notes
tokenizer: tokenizer
sources:
  notes: { path: ${pathOfNotes}, format: lines, domain: clinical }
stages: [{ name: all, sources: { notes: { epochs: 1 } } }]
`;

describe('a mix job', () => {
  let workspace: TestWorkspace;
  const mixesFolder = (): string => path.join(workspace.root, '.preclinical', 'mixes', 'notes');
  before(async () => {
    workspace = await makeWorkspace({
      'small.mix.yaml': mixText('small.txt'), 'small.txt': 'One note.\nAnother note.\none NOTE.\n',
      'large.mix.yaml': mixText('large.txt'), 'large.txt': Array.from({ length: 80_000 }, (_, i) => `Note ${i}: the patient number ${i} has fever, cough and ${i % 97} other findings.`).join('\n'),
      'gone.mix.yaml': mixText('gone.txt'), 'gone.txt': 'Here when the job was made.\n',
    });
    await addTokenizer(path.join(workspace.root, 'tokenizer'));
  });
  after(() => workspace.remove());

  const create = async (name: string): Promise<string> =>
    (await createJob(workspace.root, await prepareMix(workspace.root, path.join(workspace.root, `${name}.mix.yaml`)))).folder;
  const labels = (events: readonly JobEvent[]): string[] => [...new Set(events.flatMap((event) => (event.type === 'progress' ? [event.label] : [])))];

  it('reports its progress and counts, and records what it read', async () => {
    const folder = await create('small');
    const { state, events } = await runToEnd(folder);
    assert.equal(state.state, 'done', state.reason);
    assert.deepEqual(labels(events), ['Reading notes', 'Encoding notes', 'Writing']);
    assert.ok(events.some((event) => event.type === 'notice' && event.message.startsWith('notes: 2 of 3 documents kept (duplicate 1)')));
    const [hash] = await readdir(mixesFolder());
    const manifest = await readManifest(path.join(mixesFolder(), hash!));
    const provenance = JSON.parse(await readFile(path.join(folder, 'provenance.json'), 'utf8')) as { mixHash: string; inputs: { path: string }[] };
    assert.equal(provenance.mixHash, manifest.hash);
    assert.deepEqual(provenance.inputs.map((input) => input.path).sort(), ['small.txt', 'tokenizer/special_tokens_map.json', 'tokenizer/tokenizer.json', 'tokenizer/tokenizer_config.json']);
  });

  it('stops when it is asked to, and leaves nothing half built', async () => {
    const before = await readdir(mixesFolder());
    const folder = await create('large');
    const { state } = await runToEnd(folder, askAt(folder, 'stop', (event) => event.type === 'progress'));
    assert.equal(state.state, 'stopped');
    assert.deepEqual(await readdir(mixesFolder()), before);
  });

  it('whose source is gone when it runs fails with file, line and key', async () => {
    const folder = await create('gone');
    await rm(path.join(workspace.root, 'gone.txt'));
    const { state } = await runToEnd(folder);
    assert.equal(state.state, 'failed');
    assert.match(await readFile(path.join(folder, 'log.txt'), 'utf8'), /^gone\.mix\.yaml:4:12: sources\.notes\.path: .*gone\.txt/m);
  });

  it('whose source changed since it was made is not built under the old name', async () => {
    const folder = await create('small');
    await workspace.write('small.txt', 'Other notes.\n');
    const { state } = await runToEnd(folder);
    assert.equal(state.state, 'failed');
    assert.match(state.reason ?? '', /changed since/);
  });
});
