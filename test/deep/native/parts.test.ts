// The optional parts as the real packages: installed from a cache without a network, bundled, and installed from the bundle
// on a machine that has neither network nor npm's cache.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { mediaPath, packageRoot } from '../../../src/engine/parts/assets';
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

  for (const name of partNames) {
    it(`${name} is installed by name out of what was fetched before`, () => {
      const cache = { npm_config_cache: place('cache') };
      mkdirSync(place('wheels'), { recursive: true });
      if (name === 'tensorflow') {
        const requirements = mediaPath('parts', 'tensorflow', 'requirements-cpu.txt');
        execFileSync('python3', ['-m', 'pip', 'download', '--quiet', '--no-deps', '--only-binary=:all:', '--python-version', '3.11', '--require-hashes', '--dest', place('wheels'), '--requirement', requirements]);
      }
      // npm's cache is filled by the packages alone: what the lock names, nothing built.
      execFileSync('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', '--prefix', place(`fetched-${name}`)], { env: { ...process.env, ...cache }, cwd: fetched(name) });
      rmSync(place(`fetched-${name}`), { recursive: true });
      const there = { ...offline, ...cache, npm_config_offline: 'true', PIP_NO_INDEX: '1', PIP_FIND_LINKS: place('wheels'), PRECLINICAL_PARTS: place('named') };
      assert.match(doctor(['--install', name], there), new RegExp(`^${name} [\\d.]+ is installed and works: `, 'm'));
      rmSync(place('named'), { recursive: true });
    });
  }

  /** A folder with the package.json and lock of a part, for npm to install from. */
  function fetched(name: PartName): string {
    const folder = place(`fetched-${name}`);
    mkdirSync(folder, { recursive: true });
    for (const file of ['package.json', 'package-lock.json']) copyFileSync(mediaPath('parts', name, file), path.join(folder, file));
    return folder;
  }
});
