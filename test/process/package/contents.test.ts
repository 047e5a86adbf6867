// The .vsix as it is made for users, from a copy of the sources: what goes into it, its size, and that its programs run.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, statSync, symlinkSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { packageRoot } from '../../../src/engine/parts/assets';

const megabyte = 1024 * 1024;
const sources = ['.vscodeignore', 'CHANGELOG.md', 'LICENSE', 'README.md', 'esbuild.js', 'media', 'package.json', 'package.nls.json', 'src', 'syntaxes', 'tsconfig.json', 'webview'];

describe('the packaged extension', function () {
  this.timeout(180_000);
  let folder: string;
  let files: string[];

  before(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'preclinical-package-'));
    for (const name of sources) cpSync(path.join(packageRoot, name), path.join(folder, name), { recursive: true });
    symlinkSync(path.join(packageRoot, 'node_modules'), path.join(folder, 'node_modules'));
    const vsce = (...args: string[]): string => execFileSync(path.join(packageRoot, 'node_modules', '.bin', 'vsce'), [...args, '--no-dependencies'], { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
    vsce('package', '--out', 'preclinical.vsix');
    files = vsce('ls').trim().split('\n');
  });
  after(() => { rmSync(folder, { recursive: true, force: true }); });

  it('holds every program and what it loads', () => {
    for (const file of ['dist/extension.js', 'dist/engine/cli.mjs', 'dist/engine/job.mjs', 'dist/engine/supervisor.mjs', 'dist/engine/model-worker.mjs',
      'dist/engine/kernels.wasm', 'dist/engine/tfjs-backend-wasm-simd.wasm', 'dist/webview/report.js', 'dist/webview/curves.js', 'media/tasks/pubmedqa.yaml',
      'media/sample/facts/drugs.tsv', 'media/schemas/run.schema.json', 'syntaxes/cot.tmLanguage.json']) {
      assert.ok(files.includes(file), file);
    }
  });

  it('holds nothing else', () => {
    const allowed = /^(package(\.nls)?\.json|README\.md|CHANGELOG\.md|LICENSE|dist\/extension\.js|dist\/engine\/.*\.(mjs|wasm)|dist\/webview\/.*\.(js|css)|media\/.*|syntaxes\/.*\.json)$/;
    assert.deepEqual(files.filter((file) => !allowed.test(file)), []);
  });

  it('stays under 15 MB', () => {
    const { size } = statSync(path.join(folder, 'preclinical.vsix'));
    assert.ok(size < 15 * megabyte, `${(size / megabyte).toFixed(1)} MB`);
  });

  it('has programs that run: the minified engine computes', () => {
    const output = execFileSync(process.execPath, [path.join(folder, 'dist', 'engine', 'cli.mjs'), 'doctor', '--json'], { encoding: 'utf8' });
    const { backends } = JSON.parse(output) as { backends: { name: string; gigaflopsPerSecond: number }[] };
    assert.equal(backends[0]?.name, 'wasm');
    assert.ok(backends[0].gigaflopsPerSecond > 0);
  });
});
