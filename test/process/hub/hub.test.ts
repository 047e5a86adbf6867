// Commands that name a model of the Hub, against a server on this machine: downloaded once, then used without it; an
// estimate asks for the config alone, and an adapter brings the base it names.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { RunEstimate } from '../../../src/protocol/estimate';
import { initialiseAdapter, parameterShapes, readModelConfig, saveAdapter } from '../../../src/engine/model';
import { mediaPath, packageRoot } from '../../../src/engine/parts/assets';
import { openBackend, tensor } from '../../../src/engine/tensors';
import { commit, HubServer } from '../../engine/hub/hub-server';
import { type AskWorkspace, makeAskWorkspace } from '../asks/ask-child';

const cli = path.join(packageRoot, 'dist', 'engine', 'cli.mjs');
const sample = mediaPath('sample', 'model');
const filesOf = (folder: string): Record<string, Buffer> => Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(path.join(folder, name))]));

describe('commands that name a model of the Hub', () => {
  let workspace: AskWorkspace;
  let root: string;
  let server: HubServer;
  let endpoint: string;
  beforeEach(() => {
    workspace = makeAskWorkspace();
    root = workspace.root;
  });
  afterEach(async () => {
    await server.stop();
    await workspace.remove();
  });

  async function serve(models: Readonly<Record<string, Readonly<Record<string, Buffer>>>>): Promise<void> {
    server = new HubServer(models);
    endpoint = await server.start();
  }

  const run = (args: readonly string[], more: Record<string, string> = {}): Promise<{ code: number; output: string; stdout: string }> => new Promise((resolve) => {
    const env = { ...process.env, HF_HOME: path.join(root, 'home'), HF_ENDPOINT: endpoint, HF_HUB_OFFLINE: '', ...more };
    const child = execFile(process.execPath, [cli, '--root', root, ...args], { cwd: root, env }, (_, stdout, stderr) => { resolve({ code: child.exitCode ?? -1, output: stdout + stderr, stdout }); });
  });

  it('download it once, and do without the network from then on', async () => {
    await serve({ 'acme/sample': filesOf(sample) });
    const missing = await run(['export', 'hub:acme/sample', 'out'], { HF_HUB_OFFLINE: '1' });
    assert.equal(missing.code, 2, missing.output);
    assert.match(missing.output, /acme\/sample@main/);
    assert.deepEqual(server.requests, []);

    const online = await run(['export', 'hub:acme/sample', 'out']);
    assert.equal(online.code, 0, online.output);
    assert.match(online.output, /Downloading model\.safetensors: .* of /);
    assert.ok(existsSync(path.join(root, 'out', 'tokenizer.json')));

    await server.stop();
    const offline = await run(['export', 'acme/sample', 'again', '--format', 'gguf']);
    assert.equal(offline.code, 0, offline.output);
    assert.doesNotMatch(offline.output, /Downloading/);
    const downloaded = await run(['download', 'acme/sample'], { HF_HUB_OFFLINE: '1' });
    assert.equal(downloaded.output.trim(), path.join(root, 'home', 'hub', 'models--acme--sample', 'snapshots', commit));
  });

  it('estimate a run from its config alone and say what the start will download, which training then does', async () => {
    await serve({ 'acme/sample': filesOf(sample) });
    writeFileSync(path.join(root, 'notes.txt'), Array.from({ length: 40 }, (_, i) => `The patient number ${i} was given warm tea.`).join('\n'));
    writeFileSync(path.join(root, 'text.mix.yaml'), `name: text\ntokenizer: ${sample}\nsequenceLength: 32\nsources:\n  notes: { path: notes.txt, format: lines, domain: clinical }\nstages:\n  - name: only\n    sources: { notes: { epochs: 1 } }\n`);
    writeFileSync(path.join(root, 'adapt.run.yaml'), 'name: adapt\nstage: pretrain\nbase: hub:acme/sample\ndata: text.mix.yaml\nbatchSize: 2\nsteps: 1\nbackend: wasm\noptimiser: { learningRate: 0.001 }\n');
    const first = await run(['estimate', 'adapt.run.yaml', '--no-calibrate', '--json']);
    assert.equal(first.code, 0, first.output);
    const { download, parameters } = JSON.parse(first.stdout) as RunEstimate;
    const left = Object.entries(filesOf(sample)).filter(([name]) => name !== 'config.json' && name !== 'README.md');
    assert.deepEqual(download, { model: 'hub:acme/sample', bytes: left.reduce((sum, [, content]) => sum + content.length, 0) });
    assert.ok(parameters > 100_000);
    assert.deepEqual(server.requests.filter(({ method, url }) => method === 'GET' && url.includes('/resolve/')).map(({ url }) => path.basename(url)), ['config.json']);
    assert.match((await run(['estimate', 'adapt.run.yaml', '--no-calibrate'])).stdout, /base +hub:acme\/sample, of which .* are downloaded first/);

    const trained = await run(['train', 'adapt.run.yaml']);
    assert.equal(trained.code, 0, trained.output);
    assert.match(trained.output, /Downloading model\.safetensors/);
    const again = await run(['estimate', 'adapt.run.yaml', '--no-calibrate', '--json'], { HF_HUB_OFFLINE: '1' });
    assert.equal((JSON.parse(again.stdout) as RunEstimate).download, undefined, 'it is here');
  });

  it('ask it, downloading it first with what has arrived told', async () => {
    await serve({ 'acme/sample': filesOf(sample) });
    const asked = await run(['ask', workspace.cot, '--line', '1', '--model', 'hub:acme/sample', '--json']);
    assert.equal(asked.code, 0, asked.output);
    const messages = asked.stdout.trim().split('\n').map((line) => JSON.parse(line) as { type: string; file?: string; doneBytes?: number; totalBytes?: number });
    const types = messages.map(({ type }) => type);
    const last = messages.filter(({ type, file }) => type === 'downloading' && file === 'model.safetensors').at(-1)!;
    assert.equal(last.doneBytes, last.totalBytes);
    assert.deepEqual([...new Set(types)].filter((type) => type !== 'text'), ['downloading', 'starting', 'asked', 'answered']);
  });

  it('open an adapter as PEFT saves it, without config and tokenizer, on the base it names by its id', async () => {
    await openBackend('cpu');
    const adapter = initialiseAdapter(parameterShapes(await readModelConfig(sample)), { rank: 2, alpha: 4, dropout: 0, targetModules: ['q_proj', 'up_proj'], rankStabilised: false }, 1);
    for (const parameter of adapter.parameters.values()) {
      const values = tensor(Float32Array.from({ length: parameter.size }, (_, i) => 0.1 * Math.sin(i + 1)), parameter.shape, 'float32');
      parameter.assign(values);
      values.dispose();
    }
    const folder = path.join(root, 'adapter');
    mkdirSync(folder);
    await saveAdapter(adapter, folder, 'acme/sample');
    adapter.dispose();
    const privateBase = Buffer.from(JSON.stringify({ schema: 1, preclinical: '0', job: 'j', run: 'r', stage: 'pretrain', egress: 'never', phi: 'unknown', mix: { name: 'm', hash: 'h' }, tokenizerHash: 't' }));
    await serve({ 'acme/sample': { ...filesOf(sample), 'preclinical.json': privateBase }, 'acme/adapter': filesOf(folder) });

    const missing = await run(['export', 'adapter', 'out'], { HF_HUB_OFFLINE: '1' });
    assert.equal(missing.code, 2, missing.output);
    assert.match(missing.output, /acme\/sample@main/);
    for (const [name, target] of [['hub:acme/adapter', 'of-hub'], ['adapter', 'of-folder']] as const) {
      const exported = await run(['export', name, target]);
      assert.equal(exported.code, 0, exported.output);
      assert.match(exported.output, /egress: never/, 'as private as its base');
    }
    const plain = await run(['export', 'hub:acme/sample', 'base']);
    assert.equal(plain.code, 0, plain.output);
    const weightsOf = (name: string): Buffer => readFileSync(path.join(root, name, 'model.safetensors'));
    assert.ok(weightsOf('of-hub').equals(weightsOf('of-folder')) && !weightsOf('of-hub').equals(weightsOf('base')));
    assert.deepEqual(readdirSync(path.join(root, 'of-hub')).sort(), readdirSync(path.join(root, 'base')).sort());
    await server.stop();
    rmSync(path.join(root, 'of-hub'), { recursive: true });
    assert.equal((await run(['export', 'hub:acme/adapter', 'of-hub'])).code, 0, 'without the network');
    rmSync(path.join(root, 'home', 'hub', 'models--acme--sample'), { recursive: true });
    const gone = await run(['export', 'adapter', 'later']);
    assert.equal(gone.code, 2, gone.output);
  });
});
