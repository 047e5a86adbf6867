// A data set of the Hub as a source: fetched once, read without the network from then on, and the same mix on every machine.
import assert from 'node:assert/strict';
import path from 'node:path';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { UserError } from '../../../src/base/errors/problem';
import { buildMix, listMixes, planMix, type MixPlan } from '../../../src/engine/data';
import { HubServer } from '../hub/hub-server';
import { addTokenizer, makeWorkspace, type TestWorkspace } from '../../fixtures/data/workspace';

const parquet = (texts: readonly string[]): Buffer => Buffer.from(parquetWriteBuffer({ columnData: [{ name: 'text', data: [...texts], type: 'STRING' }] }));
const mix = (more = ''): string => `name: m
tokenizer: tokenizer
sources: { notes: { path: "hub:acme/notes", domain: clinical, phi: none${more} } }
stages: [{ name: all, sources: { notes: { epochs: 1 } } }]
`;

describe('a source on the Hub', () => {
  let server: HubServer;
  let one: TestWorkspace;
  let other: TestWorkspace;
  const saved = { ...process.env };
  before(async () => {
    server = new HubServer({ 'acme/notes': {
      'data/train-00000-of-00002.parquet': parquet(['The patient has fever.', 'The patient has cough.']),
      'data/train-00001-of-00002.parquet': parquet(['The patient is well.']),
      'data/test-00000-of-00001.parquet': parquet(['Not for training.']),
    } });
    process.env['HF_ENDPOINT'] = await server.start();
    [one, other] = [await makeWorkspace({ 'm.mix.yaml': mix() }), await makeWorkspace({ 'm.mix.yaml': mix() })];
    for (const { root } of [one, other]) await addTokenizer(path.join(root, 'tokenizer'));
  });
  after(async () => {
    for (const name of ['HF_ENDPOINT', 'HF_HOME', 'HF_HUB_OFFLINE', 'HF_HUB_CACHE']) {
      if (saved[name] === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = saved[name];
    }
    await Promise.all([server.stop(), one.remove(), other.remove()]);
  });
  const plan = ({ root }: TestWorkspace, download?: () => undefined): Promise<MixPlan> => {
    Reflect.deleteProperty(process.env, 'HF_HUB_CACHE');
    process.env['HF_HOME'] = path.join(root, 'home');
    return planMix(path.join(root, 'm.mix.yaml'), root, {}, download ? { download } : {});
  };

  it('is refused with a next step where nobody may fetch it, and asks nothing of the network', async () => {
    await assert.rejects(plan(one), (error) => error instanceof UserError && error.problems[0]!.code === 'mix-hub-not-cached' && error.problems[0]!.key === 'sources.notes.path');
    assert.match((await listMixes(one.root))[0]!.problem!, /not on this machine yet/);
    assert.deepEqual(server.requests, []);
  });

  it('is fetched once, by split, and read offline from then on', async () => {
    const fetched = await plan(one, () => undefined);
    assert.deepEqual(fetched.sources.get('notes')!.files.map(({ name, format }) => [name, format]), [
      ['hub:acme/notes/data/train-00000-of-00002.parquet', 'parquet'], ['hub:acme/notes/data/train-00001-of-00002.parquet', 'parquet'],
    ]);
    const asked = server.requests.length;
    process.env['HF_HUB_OFFLINE'] = '1';
    const manifest = await buildMix(await plan(one));
    assert.equal(manifest.counts['notes']!.documentsKept, 3);
    assert.ok(manifest.inputs.some((input) => input.path === 'hub:acme/notes/data/train-00000-of-00002.parquet'));
    assert.equal(server.requests.length, asked);
    process.env['HF_HUB_OFFLINE'] = '';
  });

  it('makes the same mix on another machine', async () => {
    assert.equal((await plan(other, () => undefined)).hash, (await plan(one)).hash);
  });

  it('that is no name of a data set is said with its line', async () => {
    await one.write('m.mix.yaml', mix().replace('hub:acme/notes', 'hub:notes'));
    await assert.rejects(plan(one), (error) => error instanceof UserError && error.problems[0]!.code === 'mix-hub-name' && error.problems[0]!.line === 3);
  });
});
