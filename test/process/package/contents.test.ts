// What goes into the .vsix: the built programs, the wasm files, the sample and the tasks; no source, no test, no map.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import path from 'node:path';
import { packageRoot } from '../../../src/engine/parts/assets';

const megabyte = 1024 * 1024;

describe('the packaged extension', () => {
  let files: string[];

  before(() => {
    const vsce = path.join(packageRoot, 'node_modules', '.bin', 'vsce');
    files = execFileSync(vsce, ['ls', '--no-dependencies'], { cwd: packageRoot, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim().split('\n');
  });

  it('holds every program and what it loads', () => {
    for (const file of ['dist/extension.js', 'dist/engine/cli.mjs', 'dist/engine/job.mjs', 'dist/engine/supervisor.mjs', 'dist/engine/model-worker.mjs',
      'dist/engine/kernels.wasm', 'dist/engine/tfjs-backend-wasm-simd.wasm', 'dist/webview/report.js', 'media/tasks/pubmedqa.yaml', 'media/sample/facts/drugs.tsv',
      'media/schemas/run.schema.json', 'syntaxes/cot.tmLanguage.json']) {
      assert.ok(files.includes(file), file);
    }
  });

  it('holds nothing else', () => {
    const allowed = /^(package(\.nls)?\.json|README\.md|CHANGELOG\.md|LICENSE|dist\/extension\.js|dist\/engine\/.*\.(mjs|wasm)|dist\/webview\/.*\.(js|css)|media\/.*|syntaxes\/.*\.json)$/;
    assert.deepEqual(files.filter((file) => !allowed.test(file)), []);
  });

  it('stays under 15 MB', () => {
    const bytes = files.reduce((sum, file) => sum + statSync(path.join(packageRoot, file)).size, 0);
    assert.ok(bytes < 15 * megabyte, `${(bytes / megabyte).toFixed(1)} MB before compression`);
  });
});
