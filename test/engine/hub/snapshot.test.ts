// Models of the Hub, from a server on this machine: what arrives in the cache, what is asked again, and what is said when the
// network, the server or the user's rights stand in the way.
import assert from 'node:assert/strict';
import { lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { UserError } from '../../../src/base/errors/problem';
import { cachedSnapshot, downloadSnapshot, hubSettings, parseHubReference, type HubReference } from '../../../src/engine/hub';
import { loadModel } from '../../../src/engine/model';
import { openBackend } from '../../../src/engine/tensors';
import { fixtureFolder } from '../model/reference';
import { commit, etagOf, HubServer, privateToken } from './hub-server';

const fixture = (name: string): Buffer => readFileSync(path.join(fixtureFolder('tied'), name));
const weights = fixture('model.safetensors');
const files = {
  'config.json': fixture('config.json'), 'generation_config.json': fixture('generation_config.json'), 'tokenizer.json': Buffer.from('{}'),
  'tokenizer_config.json': Buffer.from('{"eos_token": "</s>"}'), 'model.safetensors': weights, 'README.md': Buffer.from('not asked for'),
};
const sharded = {
  'config.json': files['config.json'], 'tokenizer.json': files['tokenizer.json'], 'model-00001-of-00002.safetensors': Buffer.alloc(3000, 1), 'model-00002-of-00002.safetensors': Buffer.alloc(2000, 2),
  'model.safetensors.index.json': Buffer.from(JSON.stringify({ weight_map: { a: 'model-00001-of-00002.safetensors', b: 'model-00002-of-00002.safetensors', c: '../../escape.safetensors' } })),
  'consolidated.safetensors': Buffer.alloc(9), 'pytorch_model.bin': Buffer.alloc(9),
};
const reference = (text: string): HubReference => parseHubReference(text)!;
const model = reference('hub:acme/Tiny-7B');

describe('a model of the Hub', () => {
  let home: string;
  let server: HubServer;
  let endpoint: string;
  const settings = (more: Record<string, string> = {}): ReturnType<typeof hubSettings> => hubSettings({ HF_HOME: home, HF_ENDPOINT: `${endpoint}/`, ...more });
  const download = (which = model, more: Record<string, string> = {}): Promise<string> => downloadSnapshot(which, () => undefined, settings(more));
  const refusal = async (which = model, more: Record<string, string> = {}): Promise<UserError['problems'][0]> => {
    const error = await download(which, more).then(() => assert.fail('it was downloaded'), (reason: unknown) => reason);
    assert.ok(error instanceof UserError, error instanceof Error ? error.stack : String(error));
    return error.problems[0]!;
  };
  const repository = (name = 'acme--Tiny-7B'): string => path.join(home, 'hub', `models--${name}`);
  const contents = (): string[] => server.requests.filter(({ method, url }) => method === 'GET' && !url.startsWith('/api')).map(({ url, range }) => `${path.basename(url)} ${range ?? 'all'}`);

  beforeEach(async () => {
    home = mkdtempSync(path.join(tmpdir(), 'hub-'));
    server = new HubServer({ 'acme/Tiny-7B': files, 'acme/Sharded': sharded, 'private/Model': files });
    endpoint = await server.start();
  });
  afterEach(async () => {
    await server.stop();
    rmSync(home, { recursive: true });
  });

  it('arrives in the cache as the Python tools lay it out, and opens', async () => {
    const seen = new Map<string, [number, number]>();
    const folder = await downloadSnapshot(model, (file, done, total) => seen.set(file, [done, total]), settings());
    assert.equal(folder, path.join(repository(), 'snapshots', commit));
    assert.equal(readFileSync(path.join(repository(), 'refs', 'main'), 'utf8'), commit);
    assert.deepEqual(readdirSync(folder).sort(), Object.keys(files).filter((name) => name !== 'README.md').sort());
    assert.deepEqual(readdirSync(path.join(repository(), 'blobs')).sort(), Object.entries(files).filter(([name]) => name !== 'README.md').map(([name, content]) => etagOf(content, name.endsWith('.safetensors'))).sort());
    if (process.platform !== 'win32') {
      assert.ok(lstatSync(path.join(folder, 'model.safetensors')).isSymbolicLink());
      assert.equal(readlinkSync(path.join(folder, 'model.safetensors')), path.join('..', '..', 'blobs', etagOf(weights, true)));
    }
    assert.deepEqual(seen.get('model.safetensors'), [weights.length, weights.length]);
    await openBackend('wasm');
    (await loadModel(folder)).dispose();
  });

  it('is not downloaded twice, and needs no network when it is there', async () => {
    const folder = await download();
    server.requests.length = 0;
    assert.equal(await download(), folder);
    assert.deepEqual(server.requests.map(({ url }) => url), ['/api/models/acme/Tiny-7B/revision/main']);
    assert.equal(await download(model, { HF_HUB_OFFLINE: '1' }), folder);
    assert.equal(server.requests.length, 1);
    await server.stop();
    assert.equal(await download(), folder);
    assert.equal(await cachedSnapshot(reference(`acme/Tiny-7B@${commit}`), settings()), folder);
  });

  it('in several files is downloaded by its index, and nothing that leads out of it', async () => {
    const folder = await download(reference('acme/Sharded'));
    assert.deepEqual(readdirSync(folder).sort(), ['config.json', 'model-00001-of-00002.safetensors', 'model-00002-of-00002.safetensors', 'model.safetensors.index.json', 'tokenizer.json']);
    rmSync(path.join(folder, 'model-00002-of-00002.safetensors'));
    assert.equal(await cachedSnapshot(reference('acme/Sharded'), settings()), undefined);
    server.requests.length = 0;
    await download(reference('acme/Sharded'));
    assert.deepEqual(contents(), [], 'the blob is still there');
  });

  it('goes on where it was cut off, again and again', async () => {
    server.faults = { cutAfterBytes: 5000 };
    const folder = await download();
    assert.deepEqual(readFileSync(path.join(folder, 'model.safetensors')), weights);
    const ranges = contents().filter((line) => line.startsWith('model.safetensors')).map((line) => line.split(' ')[1]);
    assert.ok(ranges.length > 2, ranges.join());
    assert.ok(ranges.includes('bytes=5000-'), ranges.join());
  });

  it('goes on with what a process that is gone had downloaded', async () => {
    const blob = path.join(repository(), 'blobs', etagOf(weights, true));
    mkdirSync(path.dirname(blob), { recursive: true });
    writeFileSync(`${blob}.999999999.incomplete`, weights.subarray(0, 7000));
    const folder = await download();
    assert.deepEqual(readFileSync(path.join(folder, 'model.safetensors')), weights);
    assert.ok(contents().includes('model.safetensors bytes=7000-'), contents().join());
    assert.deepEqual(readdirSync(path.dirname(blob)).filter((name) => name.includes('incomplete')), []);
  });

  it('from a server that knows no ranges is downloaded anew', async () => {
    const blob = path.join(repository(), 'blobs', etagOf(weights, true));
    mkdirSync(path.dirname(blob), { recursive: true });
    writeFileSync(`${blob}.999999999.incomplete`, Buffer.alloc(7000, 7));
    server.faults = { ignoresRanges: true };
    assert.deepEqual(readFileSync(path.join(await download(), 'model.safetensors')), weights);
  });

  it('that does not arrive as the Hub describes it is thrown away', async () => {
    const wrong = Buffer.from(weights);
    wrong[9000]! ^= 1;
    for (const content of [wrong, Buffer.concat([weights, weights])]) {
      await download();
      rmSync(path.join(repository(), 'snapshots', commit, 'model.safetensors'));
      rmSync(path.join(repository(), 'blobs', etagOf(weights, true)));
      server.faults = { content };
      const problem = await refusal();
      assert.deepEqual([problem.code, problem.file], ['hub-file-damaged', 'model.safetensors']);
      assert.deepEqual(readdirSync(path.join(repository(), 'blobs')).filter((name) => name.startsWith(etagOf(weights, true)) && !name.endsWith('incomplete')), []);
      server.faults = {};
      await download();
    }
  });

  it('shorter than the Hub says is given up after a few attempts', async () => {
    server.faults = { content: weights.subarray(0, 8000) };
    assert.match((await refusal()).code, /hub-(unreachable|file-damaged)/);
    assert.ok(contents().length < 20);
  });

  it('sends the token to the Hub, from the variable before the file', async () => {
    assert.equal((await refusal(reference('private/Model'))).code, 'hub-not-found');
    writeFileSync(path.join(home, 'token'), `${privateToken}\n`);
    await download(reference('private/Model'));
    assert.ok(server.requests.filter(({ url }) => url.startsWith('/api')).at(-1)!.token === privateToken);
    assert.match((await refusal(reference('private/Model'), { HF_TOKEN: 'hf_other' })).message, /account of your token/);
  });

  const refusals: readonly (readonly [string, number, string | undefined, string])[] = [
    ['a gated model', 403, 'GatedRepo', 'hub-gated'], ['no such model', 404, 'RepoNotFound', 'hub-not-found'], ['a server in trouble', 503, undefined, 'hub-failed'],
  ];
  for (const [what, status, code, expected] of refusals) {
    it(`says ${what}`, async () => {
      server.faults = { status: { status, ...(code === undefined ? {} : { code }) } };
      const problem = await refusal();
      assert.deepEqual([problem.code, problem.value], [expected, 'acme/Tiny-7B']);
    });
  }

  it('says no such revision, no network, nothing in the cache', async () => {
    assert.equal((await refusal(reference('acme/Tiny-7B@v9'))).code, 'hub-no-revision');
    assert.equal((await refusal(model, { HF_HUB_OFFLINE: 'yes' })).code, 'hub-not-cached');
    await server.stop();
    const problem = await refusal();
    assert.deepEqual([problem.code, problem.value], ['hub-unreachable', endpoint]);
  });
});

describe('settings and names of the Hub', () => {
  it('are those of huggingface_hub', () => {
    assert.equal(hubSettings({ HF_HOME: '/a' }).cacheFolder, path.join('/a', 'hub'));
    assert.equal(hubSettings({ XDG_CACHE_HOME: '/x' }).cacheFolder, path.join('/x', 'huggingface', 'hub'));
    assert.equal(hubSettings({ HF_HOME: '/a', HF_HUB_CACHE: '/b' }).cacheFolder, '/b');
    assert.equal(hubSettings({ HF_HOME: '/none' }).endpoint, 'https://huggingface.co');
    assert.deepEqual([hubSettings({ HF_HOME: '/none', HF_TOKEN: ' t\n' }).token, hubSettings({ HF_HOME: '/none', HF_TOKEN: '' }).token], ['t', undefined]);
    assert.deepEqual(['1', 'true', 'on', '0', ''].map((value) => hubSettings({ HF_HOME: '/none', HF_HUB_OFFLINE: value }).isOffline), [true, true, true, false, false]);
  });

  it('tell models from paths', () => {
    assert.deepEqual(parseHubReference('hub:org/name@v1.0'), { repository: 'org/name', revision: 'v1.0', isExplicit: true });
    assert.deepEqual(parseHubReference('org/na.me_2'), { repository: 'org/na.me_2', revision: 'main', isExplicit: false });
    for (const text of ['name', './org/name', '/org/name', '../name', 'a/b/c', 'org/..', 'org/na--me', 'org/name@../x', 'C:\\org\\name', 'sample']) assert.equal(parseHubReference(text), undefined, text);
  });
});
