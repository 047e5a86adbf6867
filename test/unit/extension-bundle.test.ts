// What loads when the extension activates: no engine, no tensors, nothing that talks to a network by itself.
import assert from 'node:assert/strict';
import { build } from 'esbuild';
import { packageRoot } from '../../src/engine/parts/assets';

describe('the extension\'s own bundle', () => {
  let inputs: string[];

  before(async () => {
    const { metafile } = await build({
      absWorkingDir: packageRoot, entryPoints: ['src/extension.ts'], bundle: true, write: false, metafile: true,
      platform: 'node', format: 'cjs', external: ['vscode'], logLevel: 'silent', outfile: 'extension.js',
    });
    inputs = Object.keys(metafile.inputs);
  });

  it('holds no engine code and no page of a panel', () => {
    assert.ok(inputs.includes('src/extension.ts'));
    assert.deepEqual(inputs.filter((file) => /^(src\/engine|webview)\//.test(file)), []);
  });

  it('holds these packages and no others: no telemetry, no tensors', () => {
    const packages = new Set(inputs.flatMap((file) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? []));
    assert.deepEqual([...packages].sort(), ['@huggingface/jinja', 'ulid', 'yaml', 'zod']);
  });
});
