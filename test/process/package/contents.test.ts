// The .vsix as it is made for users, from a copy of the sources: what goes into it, its size, and that its programs run.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { packageExtension, type PackagedExtension } from '../../package-extension';

const megabyte = 1024 * 1024;

describe('the packaged extension', function () {
  this.timeout(180_000);
  let folder: string;
  let built: PackagedExtension;

  before(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'preclinical-package-'));
    built = packageExtension(folder);
  });
  after(() => { rmSync(folder, { recursive: true, force: true }); });

  it('holds every program and what it loads', () => {
    for (const file of ['dist/extension.js', 'dist/engine/cli.mjs', 'dist/engine/job.mjs', 'dist/engine/probe.mjs', 'media/parts/llama/package-lock.json', 'dist/engine/supervisor.mjs', 'dist/engine/model-worker.mjs', 'dist/engine/checkpoint-writer.mjs',
      'dist/engine/kernels.wasm', 'dist/engine/tfjs-backend-wasm-simd.wasm', 'dist/webview/report.js', 'dist/webview/curves.js', 'media/tasks/pubmedqa.yaml',
      'media/sample/facts/drugs.tsv', 'media/sample/model/model.safetensors', 'media/sample/model/tokenizer.json', 'media/sample/model/README.md',
        'media/schemas/run.schema.json', 'media/walkthrough/neftune.svg', 'l10n/bundle.l10n.json', 'syntaxes/cot.tmLanguage.json']) {
      assert.ok(built.files.includes(file), file);
    }
  });

  it('holds nothing else', () => {
    const allowed = /^(package(\.nls)?\.json|README\.md|CHANGELOG\.md|LICENSE|dist\/extension\.js|dist\/engine\/.*\.(mjs|wasm)|dist\/webview\/.*\.(js|css)|l10n\/bundle\.l10n\.json|media\/.*|syntaxes\/.*\.json)$/;
    assert.deepEqual(built.files.filter((file) => !allowed.test(file)), []);
  });

  it('stays under 15 MB', () => {
    const { size } = statSync(built.vsix);
    assert.ok(size < 15 * megabyte, `${(size / megabyte).toFixed(1)} MB`);
  });

  it('has programs that run: the minified engine computes', () => {
    const output = execFileSync(process.execPath, [path.join(folder, 'dist', 'engine', 'cli.mjs'), 'doctor', '--json'], { encoding: 'utf8' });
    const { backends } = JSON.parse(output) as { backends: { name: string; gigaflopsPerSecond: number }[] };
    assert.equal(backends[0]?.name, 'wasm');
    assert.ok(backends[0].gigaflopsPerSecond > 0);
  });
});
