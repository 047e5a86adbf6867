// The optional parts as the real packages: installed, bundled, and installed from the bundle on a machine that has neither
// network nor npm's cache.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { packageRoot } from '../../../src/engine/parts/assets';
import { partNames, type PartName } from '../../../src/engine/parts/catalog';
import { installPart } from './install';

interface Machine {
  readonly backends: readonly { readonly name: string; readonly found: boolean; readonly gigaflopsPerSecond?: number; readonly device?: string }[];
  readonly parts: readonly { readonly name: PartName; readonly says?: string; readonly problem?: string }[];
}

/** Every way out of the machine that npm and pip have leads nowhere. */
const nowhere = 'http://127.0.0.1:9';
const offline = { npm_config_registry: nowhere, npm_config_fetch_retries: '0', PIP_INDEX_URL: nowhere, PIP_RETRIES: '0', http_proxy: nowhere, https_proxy: nowhere, HTTP_PROXY: nowhere, HTTPS_PROXY: nowhere };

function doctor(args: readonly string[], environment: Readonly<Record<string, string>> = {}): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, [path.join(packageRoot, 'dist/engine/cli.mjs'), 'doctor', ...args], { encoding: 'utf8', env: { ...process.env, ...environment } });
  assert.equal(status, 0, `doctor ${args.join(' ')}:\n${stdout}\n${stderr}`);
  return stdout;
}

describe('the optional parts, without a network', function () {
  this.timeout(1_800_000);
  let scratch: string;
  const place = (name: string): string => path.join(scratch, name);
  before(() => { scratch = mkdtempSync(path.join(tmpdir(), 'preclinical-real-parts-')); });
  after(() => { rmSync(scratch, { recursive: true, force: true }); });

  it('are bundled where they are installed, and installed from the bundle where nothing can be fetched', () => {
    for (const name of partNames) installPart(name);
    assert.match(doctor(['--bundle', place('bundle')]), new RegExp(partNames.map((name) => `${name} [\\d.]+`).join(', ')));
    const there = { ...offline, PRECLINICAL_PARTS: place('there'), npm_config_cache: place('empty') };
    const said = doctor(['--from', place('bundle')], there);
    for (const name of partNames) assert.match(said, new RegExp(`^${name} [\\d.]+ is installed and works: `, 'm'));
    rmSync(place('bundle'), { recursive: true });
    const { backends, parts } = JSON.parse(doctor(['--json'], there)) as Machine;
    assert.deepEqual(parts.map(({ name, problem }) => [name, problem]), partNames.map((name) => [name, undefined]));
    for (const name of ['tensorflow', 'webgpu', 'wasm', 'cpu']) {
      const backend = backends.find((one) => one.name === name);
      assert.ok(backend?.found === true && backend.gigaflopsPerSecond! > 0, `${name}: ${JSON.stringify(backend)}`);
    }
    rmSync(place('there'), { recursive: true });
  });
});
