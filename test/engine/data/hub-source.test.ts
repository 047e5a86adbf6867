// A data set of the Hub as a source: fetched once, read without the network from then on, and the same mix on every machine.
import assert from 'node:assert/strict';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { UserError } from '../../../src/base/errors/problem';
import { buildMix, listMixes, planMix, type MixPlan } from '../../../src/engine/data';
import { etagOf, HubServer } from '../hub/hub-server';
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
    }, 'acme/cut': { 'data/train-00000-of-00001.parquet': parquet(Array.from({ length: 500 }, (_, i) => `Patient ${i} has fever and ${i % 7} other findings.`)) } });
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

  it('goes on where its download was cut off, within one start and after a process that was killed', async () => {
    const name = 'data/train-00000-of-00001.parquet';
    const content = server.models['acme/cut']![name]!;
    const rangesAsked = (): (string | undefined)[] => server.requests.filter(({ method, url }) => method === 'GET' && url.endsWith(name)).map(({ range }) => range).filter((range) => range !== undefined);
    const third = await makeWorkspace({ 'm.mix.yaml': mix().replace('acme/notes', 'acme/cut') });
    try {
      await addTokenizer(path.join(third.root, 'tokenizer'));
      server.faults = { cutAfterBytes: Math.ceil(content.length / 3) };
      await plan(third, () => undefined);
      assert.ok(rangesAsked().includes(`bytes=${Math.ceil(content.length / 3)}-`), rangesAsked().join());
      server.faults = {};
      const built = await buildMix(await plan(third));
      assert.equal(built.counts['notes']!.documentsKept, 500);
      // As a process leaves it that was killed in the middle.
      const home = path.join(third.root, 'home');
      const blob = path.join(home, 'hub', 'datasets--acme--cut', 'blobs', etagOf(content, true));
      await rm(home, { recursive: true });
      await mkdir(path.dirname(blob), { recursive: true });
      await writeFile(`${blob}.999999999.incomplete`, content.subarray(0, 1000));
      server.requests.length = 0;
      assert.equal((await plan(third, () => undefined)).hash, built.hash);
      assert.ok(rangesAsked().includes('bytes=1000-'), rangesAsked().join());
      assert.deepEqual(await readFile(blob), content);
    } finally {
      server.faults = {};
      await third.remove();
    }
  });

  it('that is no name of a data set is said with its line', async () => {
    await one.write('m.mix.yaml', mix().replace('hub:acme/notes', 'hub:notes'));
    await assert.rejects(plan(one), (error) => error instanceof UserError && error.problems[0]!.code === 'mix-hub-name' && error.problems[0]!.line === 3);
  });
});
