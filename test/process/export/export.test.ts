// preclinical export: what leaves with a checkpoint, and a disk that is full meanwhile.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { mediaPath, packageRoot } from '../../../src/engine/parts/assets';

const cli = path.join(packageRoot, 'dist', 'engine', 'cli.mjs');
const sample = mediaPath('sample', 'model');

describe('preclinical export', () => {
  let folder: string;
  beforeEach(() => { folder = mkdtempSync(path.join(tmpdir(), 'export-')); });
  afterEach(() => { rmSync(folder, { recursive: true }); });

  const run = (args: readonly string[], before: readonly string[] = []): { code: number | null; output: string } => {
    const [program, ...rest] = [...before, process.execPath, cli, '--root', folder, ...args] as [string, ...string[]];
    const { status, stdout, stderr } = spawnSync(program, rest, { cwd: folder, encoding: 'utf8' });
    return { code: status, output: stdout + stderr };
  };
  const inTarget = (name: string): unknown => JSON.parse(readFileSync(path.join(folder, 'out', name), 'utf8'));

  it('takes along where generation stops and what may not leave the machine', () => {
    const model = path.join(folder, 'model');
    cpSync(sample, model, { recursive: true });
    const generation = { eos_token_id: [1, 2], temperature: 0.3 };
    writeFileSync(path.join(model, 'generation_config.json'), JSON.stringify(generation));
    const origin = { schema: 1, preclinical: '0.1.0', job: 'j', run: 'r', stage: 'finetune', egress: 'never', phi: 'present', mix: { name: 'm', hash: 'h' }, tokenizerHash: 't' };
    writeFileSync(path.join(model, 'preclinical.json'), JSON.stringify(origin));
    const { code, output } = run(['export', 'model', 'out', '--dtype', 'f16']);
    assert.equal(code, 0, output);
    assert.match(output, /egress: never/);
    assert.deepEqual([inTarget('generation_config.json'), inTarget('preclinical.json')], [generation, origin]);
    assert.equal((inTarget('config.json') as { torch_dtype: string }).torch_dtype, 'float16');
    const gguf = run(['export', 'model', 'out.gguf', '--format', 'gguf', '--dtype', 'q8_0']);
    assert.equal(gguf.code, 0, gguf.output);
    const bytes = readFileSync(path.join(folder, 'out.gguf'));
    assert.equal(bytes.subarray(0, 4).toString(), 'GGUF');
    assert.ok(bytes.includes('preclinical.egress'));
  });

  it('says what it can write, and does not replace what is there', () => {
    for (const [args, expected] of [[['--format', 'onnx'], /huggingface or gguf.*onnx/], [['--dtype', 'q8_0'], /bf16, f16, f32/], [['--format', 'gguf', '--dtype', 'bf16'], /f16, f32, q8_0/]] as const) {
      const { code, output } = run(['export', 'sample', 'out', ...args]);
      assert.equal(code, 2);
      assert.match(output, expected);
    }
    cpSync(sample, path.join(folder, 'out'), { recursive: true });
    assert.match(run(['export', 'sample', 'out']).output, /already there/);
  });

  it('on a full disk says so and leaves nothing behind', function () {
    if (process.platform === 'win32') this.skip();
    for (const [target, args] of [['out', []], ['out.gguf', ['--format', 'gguf']]] as const) {
      // Units of 1024 bytes in bash: less than the weights need.
      const { code, output } = run(['export', 'sample', target, ...args], ['bash', '-c', 'ulimit -f 256; exec "$@"', 'export']);
      assert.equal(code, 2, output);
      assert.match(output, /size limit.*Free some space/s);
      assert.ok(!existsSync(path.join(folder, target)));
      assert.deepEqual(readdirSync(folder).filter((name) => name !== '.preclinical'), []);
    }
  });
});
