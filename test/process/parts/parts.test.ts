// Installing optional parts: through npm from a registry, into a bundle and out of it, and what happens when it fails.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { verifyPart } from '../../../src/engine/cli/probe/run';
import { installFromBundle, writeBundle } from '../../../src/engine/parts/bundle';
import { installPart } from '../../../src/engine/parts/install';
import { findPart, loadPart } from '../../../src/engine/parts/installed';
import { packageRoot } from '../../../src/engine/parts/assets';
import { startRegistry, workingCode, type LocalRegistry } from './local-registry';

const cli = path.join(packageRoot, 'dist/engine/cli.mjs');

describe('optional parts', function () {
  this.timeout(120_000);
  let scratch: string;
  let registry: LocalRegistry;
  const variables = ['PRECLINICAL_PARTS', 'npm_config_registry', 'npm_config_cache', 'npm_config_fetch_retries'] as const;
  const before_ = Object.fromEntries(variables.map((name) => [name, process.env[name]]));
  const place = (name: string): string => path.join(scratch, name);
  const useParts = (name: string): string => (process.env['PRECLINICAL_PARTS'] = place(name));

  /** Serves a package and points npm at it, with a cache of its own. */
  const publish = async (name: string, code: string, lockedCode?: string): Promise<void> => {
    registry = await startRegistry(place(name), code, lockedCode);
    process.env['npm_config_registry'] = registry.url;
    process.env['npm_config_cache'] = place(`${name}-cache`);
  };
  const install = (): Promise<string> => installPart(registry.part, { verify: verifyPart, say: () => undefined });

  before(async () => {
    scratch = mkdtempSync(path.join(os.tmpdir(), 'preclinical-parts-'));
    process.env['npm_config_fetch_retries'] = '0';
    useParts('here');
    await publish('good', workingCode);
    await install();
  });
  after(async () => {
    await registry.close();
    for (const name of variables) {
      if (before_[name] === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = before_[name];
    }
    rmSync(scratch, { recursive: true, force: true });
  });
  beforeEach(() => { useParts('here'); });

  it('are fetched by npm, found and loaded', async () => {
    const found = findPart('tokenizers');
    assert.equal(found?.version, registry.part.version);
    const loaded = await loadPart('tokenizers') as { Tokenizer: object };
    assert.ok('fromString' in loaded.Tokenizer);
  });

  it('keep the binaries of this platform only', () => {
    const files = readdirSync(path.join(findPart('tokenizers')!.folder, 'node_modules/tokenizers')).filter((file) => file.endsWith('.node'));
    assert.deepEqual(files, [`tokenizers.${process.platform}-${process.arch}-gnu.node`]);
  });

  it('are refused when the registry has other content than the lock names', async () => {
    useParts('changed');
    await registry.close();
    await publish('changed-registry', 'module.exports = 1;', workingCode);
    await assert.rejects(install(), /EINTEGRITY|integrity/);
    assert.equal(findPart('tokenizers'), undefined);
    assert.deepEqual(readdirSync(place('changed')), []);
  });

  it('that do not load leave the installed one as it was', async () => {
    await registry.close();
    await publish('broken-registry', 'process.abort();');
    await assert.rejects(install(), /does not load with Node v.*it ended by SIGABRT/);
    assert.equal(readFileSync(path.join(findPart('tokenizers')!.folder, 'node_modules/tokenizers/index.js'), 'utf8'), workingCode);
    assert.equal(readdirSync(place('here')).length, 1);
  });

  it('say what to do when there is no registry', async () => {
    useParts('nowhere');
    process.env['npm_config_registry'] = 'http://127.0.0.1:9';
    process.env['npm_config_cache'] = place('empty-cache');
    await assert.rejects(install(), /npm could not install it[^]*--bundle DIR there, --from DIR here/);
  });

  it('travel in a bundle to a machine without network', () => {
    const output = execFileSync(process.execPath, [cli, 'doctor', '--bundle', place('bundle')], { encoding: 'utf8' });
    assert.match(output, /holds tokenizers/);
    useParts('there');
    execFileSync(process.execPath, [cli, 'doctor', '--from', place('bundle')], { encoding: 'utf8', env: { ...process.env, npm_config_registry: 'http://127.0.0.1:9' } });
    const { parts } = JSON.parse(execFileSync(process.execPath, [cli, 'doctor', '--json'], { encoding: 'utf8' })) as { parts: { name: string; says?: string }[] };
    assert.deepEqual(parts.filter((part) => part.says !== undefined).map((part) => part.name), ['tokenizers']);
  });

  it('are not taken from a bundle that was damaged on the way, is of another platform or lacks them', async () => {
    const folder = place('damaged');
    await writeBundle([findPart('tokenizers')!], folder);
    const list = path.join(folder, 'preclinical-parts.json');
    const text = readFileSync(list, 'utf8');
    useParts('refused');
    writeFileSync(list, text.replace(`"platform": "${process.platform}-${process.arch}"`, '"platform": "plan9-mips"'));
    await assert.rejects(installFromBundle(folder, undefined, verifyPart), /another platform.*plan9-mips/);
    writeFileSync(list, text.replace(/"version": "[^"]+"/, '"version": "0.0.1"'));
    await assert.rejects(installFromBundle(folder, undefined, verifyPart), /needs 0\.23\.2 \(found 0\.0\.1\)/);
    writeFileSync(list, text.replace('"node_modules/tokenizers/index.js"', '"../../index.js"'));
    await assert.rejects(installFromBundle(folder, undefined, verifyPart), /leads out of the bundle/);
    writeFileSync(list, text);
    await assert.rejects(installFromBundle(folder, ['llama'], verifyPart), /no such part: it has tokenizers/);
    appendFileSync(path.join(folder, 'tokenizers/node_modules/tokenizers/index.js'), ' ');
    await assert.rejects(installFromBundle(folder, undefined, verifyPart), /index\.js: this file of the bundle is not what was bundled/);
    assert.deepEqual(existsSync(place('refused')) ? readdirSync(place('refused')) : [], []);
  });

  it('are named when an unknown one is asked for', () => {
    const { status, stderr } = spawnSync(process.execPath, [cli, 'doctor', '--install', 'pytorch'], { encoding: 'utf8' });
    assert.equal(status, 2);
    assert.match(stderr, /there is no such part \(found pytorch\)\. Choose from tensorflow, llama/);
  });
});
