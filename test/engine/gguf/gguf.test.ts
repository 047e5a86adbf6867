// GGUF files, held against what llama.cpp's gguf package reads in the same files (test/reference/read_gguf.py): every byte
// that was written is the one it read, and what it read are the weights, names and metadata of the model.
// GGUF_FOLDER=F writes the files to F, for that script.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { GgufDtype } from '../../../src/engine/gguf';
import { encodeElements } from '../../../src/engine/model';
import { packageRoot } from '../../../src/engine/parts/assets';
import { openBackend } from '../../../src/engine/tensors';
import { llama3, referenceFiles, writeReferenceFiles } from './files';

interface ReadTensor { readonly shape: readonly number[]; readonly type: string; readonly values: string }
interface ReadFile { readonly sha256: string; readonly metadata: Readonly<Record<string, unknown>>; readonly tensors: Readonly<Record<string, ReadTensor>> }

const fixtures = path.join(packageRoot, 'test', 'fixtures');
const expected = (): Record<string, ReadFile> => JSON.parse(readFileSync(path.join(fixtures, 'gguf', 'expected.json'), 'utf8')) as Record<string, ReadFile>;

describe('GGUF files', () => {
  let folder: string;
  before(async () => {
    await openBackend('wasm');
    folder = process.env['GGUF_FOLDER'] ?? mkdtempSync(path.join(tmpdir(), 'gguf-'));
    await writeReferenceFiles(folder);
  });
  after(() => { if (process.env['GGUF_FOLDER'] === undefined) rmSync(folder, { recursive: true }); });

  it('are those the gguf package has read, to the byte', () => {
    assert.deepEqual(readdirSync(folder).filter((name) => name.endsWith('.gguf')).sort(), Object.keys(expected()).sort());
    for (const [name, { sha256 }] of Object.entries(expected())) assert.equal(sumOf(readFileSync(path.join(folder, name))), sha256, name);
  });

  it('hold every weight: f32 and f16 rounded once, q8_0 within half a step, the rows of query and key interleaved', async () => {
    for (const { name, dtype, model: make } of referenceFiles) {
      const { tensors } = expected()[name]!;
      const model = await make();
      const wanted = new Map<string, Float32Array>();
      for (const [weight, parameter] of model.parameters) {
        const module = /^model\.layers\.0\.self_attn\.(q|k)_proj\.weight$/.exec(weight);
        const heads = module?.[1] === 'q' ? model.config.heads : model.config.keyValueHeads;
        const values = parameter.dataSync<'float32'>();
        if (module) wanted.set(`blk.0.attn_${module[1]!}.weight`, interleaved(values, heads, parameter.shape));
        if (weight === 'model.embed_tokens.weight') wanted.set('token_embd.weight', values);
        if (weight === 'model.norm.weight') wanted.set('output_norm.weight', values);
      }
      assert.equal(wanted.size, 4);
      for (const [tensor, values] of wanted) {
        const isMatrix = tensors[tensor]!.shape.length > 1;
        assert.equal(tensors[tensor]!.values, sumOf(asBytes(isMatrix ? rounded(values, dtype) : values)), `${name}: ${tensor}`);
      }
      model.dispose();
    }
  });

  it('say what llama.cpp asks for', () => {
    const { metadata, tensors } = expected()['llama3-q8_0.gguf']!;
    const pick = (keys: readonly string[]): unknown[] => keys.map((key) => metadata[key]);
    assert.deepEqual(pick(['general.architecture', 'general.file_type', 'llama.block_count', 'llama.attention.head_count_kv', 'llama.rope.dimension_count', 'tokenizer.ggml.model', 'tokenizer.ggml.pre', 'tokenizer.ggml.add_bos_token', 'tokenizer.ggml.eos_token_id', 'preclinical.egress']),
      ['llama', 7, 1, 2, 16, 'gpt2', 'llama-bpe', true, 1, 'never']);
    assert.equal((metadata['tokenizer.ggml.tokens'] as string[]).length, llama3.vocabularySize);
    assert.deepEqual([tensors['rope_freqs.weight']!.shape, tensors['output.weight'], tensors['blk.0.ffn_down.weight']!.type], [[8], undefined, 'Q8_0']);
    const mixtral = expected()['mixtral-f32.gguf']!;
    assert.deepEqual(mixtral.tensors['blk.1.ffn_gate_exps.weight']!.shape, [4, 11, 14]);
    assert.deepEqual([mixtral.metadata['llama.expert_count'], mixtral.metadata['llama.expert_used_count'], mixtral.metadata['tokenizer.ggml.model']], [4, 2, 'llama']);
    assert.equal(expected()['mistral-f16.gguf']!.metadata['llama.rope.scaling.type'], 'linear');
  });
});

/** What a reader gets back of values that were stored in this format. */
function rounded(values: Float32Array, dtype: GgufDtype): Float32Array {
  if (dtype === 'f32') return values;
  const half = (value: number): number => {
    const bits = new Uint16Array(Uint8Array.from(encodeElements(Float32Array.of(value), 'F16')).buffer)[0]!;
    const exponent = (bits >> 10) & 31;
    return (bits & 0x8000 ? -1 : 1) * (exponent === 0 ? (bits & 1023) * 2 ** -24 : (1 + (bits & 1023) / 1024) * 2 ** (exponent - 15));
  };
  if (dtype === 'f16') return values.map(half);
  return values.map((value, index) => {
    const block = values.subarray(index - (index % 32), index - (index % 32) + 32);
    const step = Math.fround(Math.max(...block.map(Math.abs)) / 127);
    const steps = Math.round(Math.abs(Math.fround(value * Math.fround(1 / step)))) * Math.sign(value);
    const stored = steps === 0 ? 0 : half(step) * steps;
    // The scale itself is rounded to 11 bits, which moves the largest value, 127 steps, by up to a sixteenth of a step.
    assert.ok(Math.abs(stored - value) <= step * (0.5 + 127 * 2 ** -11), 'within the step');
    return stored;
  });
}

function interleaved(values: Float32Array, heads: number, [rows, width]: readonly number[]): Float32Array {
  const half = rows! / heads / 2;
  const order = Array.from({ length: heads }, (_, head) => Array.from({ length: half }, (__, i) => [head * 2 * half + i, head * 2 * half + half + i])).flat(2);
  return Float32Array.from(order.flatMap((row) => [...values.subarray(row * width!, (row + 1) * width!)]));
}

function asBytes(values: Float32Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

function sumOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
