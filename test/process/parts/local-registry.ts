// A package registry on this machine with one small package, so that npm's real install runs without a network.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { parts } from '../../../src/engine/parts/catalog';
import type { PartDefinition } from '../../../src/engine/parts/catalog';

/** Does what `doctor` asks of the tokenizers: splits at spaces and looks words up. */
export const workingCode = `
exports.Tokenizer = { fromString: (json) => {
  const { vocab } = JSON.parse(json).model;
  return { encode: async (text) => ({ getIds: () => text.split(' ').map((word) => vocab[word]) }) };
} };`;

export interface LocalRegistry {
  readonly url: string;
  /** The part as the registry has it now, with a lock that names the content of `code`. */
  readonly part: PartDefinition;
  close(): Promise<void>;
}

/** Publishes the tokenizers part with this code. `lockedCode`, when it differs, is what the lock was made of. */
export async function startRegistry(folder: string, code: string, lockedCode = code): Promise<LocalRegistry> {
  const { packageName: name, version } = parts.tokenizers;
  const tarball = pack(path.join(folder, 'served'), code);
  const integrity = integrityOf(tarball);
  const server = createServer((request, response) => {
    if (request.url === `/${name}`) {
      const dist = { tarball: `${url()}/${name}.tgz`, integrity };
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ name, 'dist-tags': { latest: version }, versions: { [version]: { name, version, dist } } }));
    } else if (request.url?.endsWith('.tgz')) {
      response.end(tarball);
    } else {
      response.statusCode = 404;
      response.end('{}');
    }
  });
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  const url = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const lockFolder = writeLock(path.join(folder, 'lock'), lockedCode === code ? integrity : integrityOf(pack(path.join(folder, 'locked'), lockedCode)));
  return {
    url: url(),
    part: { ...parts.tokenizers, lockFolder },
    close: () => new Promise((resolve) => { server.close(() => { resolve(); }); server.closeAllConnections(); }),
  };
}

/** A package with one binary for this platform, one for another, and `code` as its main file. */
function pack(folder: string, code: string): Buffer {
  const { packageName: name, version } = parts.tokenizers;
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'package.json'), JSON.stringify({ name, version, main: 'index.js' }));
  writeFileSync(path.join(folder, 'index.js'), code);
  for (const platform of [`${process.platform}-${process.arch}-gnu`, 'plan9-mips']) writeFileSync(path.join(folder, `tokenizers.${platform}.node`), platform);
  execFileSync('npm', ['pack', '--silent', '--offline'], { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
  return readFileSync(path.join(folder, `${name}-${version}.tgz`));
}

function integrityOf(tarball: Buffer): string {
  return `sha512-${createHash('sha512').update(tarball).digest('base64')}`;
}

function writeLock(folder: string, integrity: string): string {
  const { packageName: name, version } = parts.tokenizers;
  const manifest = { name: 'preclinical-part-tokenizers', private: true, dependencies: { [name]: version } };
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'package.json'), JSON.stringify(manifest));
  writeFileSync(path.join(folder, 'package-lock.json'), JSON.stringify({
    name: manifest.name, lockfileVersion: 3, requires: true,
    packages: { '': { name: manifest.name, dependencies: manifest.dependencies }, [`node_modules/${name}`]: { version, integrity } },
  }));
  return folder;
}
