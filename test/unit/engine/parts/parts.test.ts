// The table of optional parts against package.json and the lock files they are installed from; where they are kept.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { packageRoot } from '../../../../src/engine/parts/assets';
import { partNames, parts } from '../../../../src/engine/parts/catalog';
import { partsFolder } from '../../../../src/engine/parts/folders';
import { partMissing } from '../../../../src/engine/parts/installed';

interface Manifest { readonly dependencies?: Record<string, string>; readonly peerDependencies?: Record<string, string>; readonly peerDependenciesMeta?: Record<string, { optional?: boolean }> }
interface Lock { readonly packages: Readonly<Record<string, { readonly version?: string; readonly integrity?: string; readonly dependencies?: Record<string, string> }>> }

const json = (file: string): unknown => JSON.parse(readFileSync(file, 'utf8'));
const manifest = json(path.join(packageRoot, 'package.json')) as Manifest;

describe('the table of parts', () => {
  it('names the versions of package.json, where each is an optional peer', () => {
    const versions = Object.fromEntries(partNames.map((name) => [parts[name].packageName, parts[name].version]));
    assert.deepEqual(manifest.peerDependencies, versions);
    assert.deepEqual(manifest.peerDependenciesMeta, Object.fromEntries(Object.keys(versions).map((name) => [name, { optional: true }])));
  });

  for (const name of partNames) {
    it(`is installed by a lock that names ${name} and every package below it by hash`, () => {
      const { packageName, version, lockFolder } = parts[name];
      const { dependencies } = json(path.join(lockFolder, 'package.json')) as Manifest;
      const { packages } = json(path.join(lockFolder, 'package-lock.json')) as Lock;
      assert.equal(dependencies?.[packageName], version);
      assert.deepEqual(packages['']?.dependencies, dependencies);
      assert.equal(packages[`node_modules/${packageName}`]?.version, version);
      const withoutHash = Object.entries(packages).filter(([place, one]) => place !== '' && !/^sha512-/.test(one.integrity ?? ''));
      assert.deepEqual(withoutHash.map(([place]) => place), []);
    });
  }
});

describe('the folder of parts', () => {
  it('is the user\'s, by the custom of the platform, unless another is named', () => {
    const linux = partsFolder({}, 'linux');
    assert.ok(linux.endsWith(path.join('.local', 'share', 'preclinical', 'parts')), linux);
    assert.equal(partsFolder({ XDG_DATA_HOME: '/data' }, 'linux'), path.join('/data', 'preclinical', 'parts'));
    assert.ok(partsFolder({}, 'darwin').endsWith(path.join('Application Support', 'preclinical', 'parts')));
    assert.equal(partsFolder({ LOCALAPPDATA: '/local' }, 'win32'), path.join('/local', 'preclinical', 'parts'));
    assert.equal(partsFolder({ PRECLINICAL_PARTS: '/parts', XDG_DATA_HOME: '/data' }, 'linux'), path.resolve('/parts'));
  });
});

describe('a part that is missing', () => {
  it('is named with the command that installs it', () => {
    assert.match(partMissing('llama').message, /node-llama-cpp 3\.22\.1 is not installed.*Run: preclinical doctor --install llama/);
  });
});
