// Commands that name a model of the Hub, against a server on this machine: downloaded once, then used without it.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { mediaPath, packageRoot } from '../../../src/engine/parts/assets';
import { commit, HubServer } from '../../engine/hub/hub-server';

const cli = path.join(packageRoot, 'dist', 'engine', 'cli.mjs');
const sample = mediaPath('sample', 'model');
const files = Object.fromEntries(readdirSync(sample).map((name) => [name, readFileSync(path.join(sample, name))]));

describe('commands that name a model of the Hub', () => {
  let folder: string;
  let server: HubServer;
  before(() => { folder = mkdtempSync(path.join(tmpdir(), 'hub-commands-')); });
  after(() => { rmSync(folder, { recursive: true }); });

  it('download it once, and do without the network from then on', async () => {
    server = new HubServer({ 'acme/sample': files });
    const endpoint = await server.start();
    const run = (args: readonly string[], more: Record<string, string> = {}): Promise<{ code: number; output: string }> => new Promise((resolve) => {
      const env = { ...process.env, HF_HOME: path.join(folder, 'home'), HF_ENDPOINT: endpoint, HF_HUB_OFFLINE: '', ...more };
      const child = execFile(process.execPath, [cli, '--root', folder, ...args], { cwd: folder, env }, (_, stdout, stderr) => { resolve({ code: child.exitCode ?? -1, output: stdout + stderr }); });
    });
    const missing = await run(['export', 'hub:acme/sample', 'out'], { HF_HUB_OFFLINE: '1' });
    assert.equal(missing.code, 2, missing.output);
    assert.match(missing.output, /acme\/sample@main/);
    assert.deepEqual(server.requests, []);

    const online = await run(['export', 'hub:acme/sample', 'out']);
    assert.equal(online.code, 0, online.output);
    assert.match(online.output, /Downloading model\.safetensors: .* of /);
    assert.ok(existsSync(path.join(folder, 'out', 'tokenizer.json')));

    await server.stop();
    const offline = await run(['export', 'acme/sample', 'again', '--format', 'gguf']);
    assert.equal(offline.code, 0, offline.output);
    assert.doesNotMatch(offline.output, /Downloading/);
    const downloaded = await run(['download', 'acme/sample'], { HF_HUB_OFFLINE: '1' });
    assert.equal(downloaded.output.trim(), path.join(folder, 'home', 'hub', 'models--acme--sample', 'snapshots', commit));
  });
});
