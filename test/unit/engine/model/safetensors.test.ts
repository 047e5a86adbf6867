// Safetensors files: what is written is read back exactly, and damage is said once, with the file and the tensor.
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { UserError } from '../../../../src/base/errors/problem';
import { decodeElements, encodeElements, roomFor, type SafetensorsDtype } from '../../../../src/engine/model/safetensors/dtype';
import { readSafetensors } from '../../../../src/engine/model/safetensors/read';
import { writeSafetensors } from '../../../../src/engine/model/safetensors/write';

const anyFloat = fc.float({ noNaN: false });
const float = (value: number): Float32Array => Float32Array.of(value);
function decoded(bytes: Uint8Array, dtype: SafetensorsDtype): Float32Array {
  const room = roomFor(bytes.length / 2, dtype);
  room.set(bytes);
  return decodeElements(room, dtype);
}
const toBfloat16 = (value: number): number => decoded(encodeElements(float(value), 'BF16'), 'BF16')[0]!;

function withHeader(header: unknown, data = new Uint8Array(0)): Uint8Array {
  const json = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  return Buffer.concat([length, json, data]);
}

describe('safetensors', () => {
  let folder: string;
  let file: string;
  before(() => { folder = mkdtempSync(path.join(tmpdir(), 'safetensors-')); file = path.join(folder, 'model.safetensors'); });
  after(() => { rmSync(folder, { recursive: true }); });

  const refusal = async (bytes: Uint8Array): Promise<string> => {
    writeFileSync(file, bytes);
    const error = await readSafetensors(file).then(() => undefined, (reason: unknown) => reason);
    assert.ok(error instanceof UserError, `no user error but ${String(error)}`);
    assert.equal(error.problems.length, 1);
    assert.equal(error.problems[0]!.file, file);
    return error.message;
  };

  it('gives f32 back bit by bit, with names, shapes and metadata', async () => {
    await fc.assert(fc.asyncProperty(fc.dictionary(fc.string({ minLength: 1 }).filter((name) => !name.startsWith('__')), fc.array(anyFloat)), async (content) => {
      const tensors = new Map(Object.entries(content).map(([name, values]) => [name, { shape: [values.length], data: Float32Array.from(values) }]));
      await writeSafetensors(file, tensors, { format: 'pt', note: 'ü' });
      const read = await readSafetensors(file);
      assert.deepEqual(read.metadata, { format: 'pt', note: 'ü' });
      assert.deepEqual([...read.tensors], [...tensors]);
    }), { numRuns: 25 });
    assert.deepEqual(readdirSync(folder), ['model.safetensors']);
  });

  it('keeps scalars and empty shapes', async () => {
    await writeSafetensors(file, new Map([['scalar', { shape: [], data: float(3) }], ['none', { shape: [4, 0], data: new Float32Array(0) }]]));
    const { tensors } = await readSafetensors(file);
    assert.deepEqual(tensors.get('scalar'), { shape: [], data: float(3) });
    assert.deepEqual(tensors.get('none')!.shape, [4, 0]);
  });

  it('rounds to the nearest bf16, ties to even', () => {
    assert.equal(toBfloat16(1 + 2 ** -8), 1);
    assert.equal(toBfloat16(1 + 3 * 2 ** -8), 1 + 2 ** -6);
    assert.equal(toBfloat16(1 + 2 ** -8 + 2 ** -20), 1 + 2 ** -7);
    assert.deepEqual([NaN, Infinity, -0].map(toBfloat16), [NaN, Infinity, -0]);
    fc.assert(fc.property(fc.float({ noNaN: true, noDefaultInfinity: true, max: 2 ** 120, min: -(2 ** 120) }), (value) => {
      assert.ok(Math.abs(toBfloat16(value) - value) <= Math.abs(value) * 2 ** -8 + 2 ** -134);
    }));
  });

  it('reads every f16', () => {
    const halves = Uint16Array.of(0x3c00, 0xc000, 0x7bff, 0x0400, 0x0001, 0x8000, 0x7c00, 0xfc00, 0x7e00, 0x3555);
    assert.deepEqual([...decoded(new Uint8Array(halves.buffer), 'F16')],
      [1, -2, 65504, 2 ** -14, 2 ** -24, -0, Infinity, -Infinity, NaN, 0.333251953125]);
  });

  it('writes the nearest f16, ties to even, and gives every f16 back', () => {
    const toHalf = (value: number): number => decoded(encodeElements(float(value), 'F16'), 'F16')[0]!;
    const all = Uint16Array.from({ length: 1 << 16 }, (_, bits) => bits).filter((bits) => (bits & 0x7fff) <= 0x7c00);
    assert.deepEqual(new Uint16Array(Uint8Array.from(encodeElements(decoded(new Uint8Array(all.buffer), 'F16'), 'F16')).buffer), all);
    assert.deepEqual([NaN, Infinity, -0, 1 + 2 ** -11, 1 + 3 * 2 ** -11, 65519, 65520, 2 ** -25, 1.5 * 2 ** -24, 2 ** -25 * 1.001].map(toHalf),
      [NaN, Infinity, -0, 1, 1 + 2 ** -9, 65504, Infinity, 0, 2 ** -23, 2 ** -24]);
    fc.assert(fc.property(fc.float({ noNaN: true, min: -65504, max: 65504 }), (value) => {
      assert.ok(Math.abs(toHalf(value) - value) <= Math.max(Math.abs(value) * 2 ** -11, 2 ** -25));
    }));
  });

  it('does not write as f16 what would become infinite', async () => {
    await assert.rejects(writeSafetensors(file, new Map([['wide', { shape: [2], data: Float32Array.of(1, 7e4) }]]), {}, 'f16'), /wide: .*65504.*70000/);
  });

  it('says at which tensor a file is cut off, wherever it is cut', async () => {
    await writeSafetensors(file, new Map([['first', { shape: [3], data: new Float32Array(3) }], ['second', { shape: [2, 2], data: new Float32Array(4) }]]));
    const whole = readFileSync(file);
    for (let length = 0; length < whole.length; length++) {
      const message = await refusal(whole.subarray(0, length));
      if (length >= whole.length - 28) assert.match(message, length >= whole.length - 16 ? /second/ : /first/);
    }
  });

  const entry = { dtype: 'F32', shape: [1], data_offsets: [0, 4] };
  const damage: readonly (readonly [string, unknown, number, RegExp])[] = [
    ['no JSON', 'not json', 0, /not JSON/],
    ['a list as header', '[]', 0, /not a JSON object/],
    ['a number format of integers', { a: { ...entry, dtype: 'I64', data_offsets: [0, 8] } }, 8, /a: .*number format.*I64/],
    ['bytes that do not fit the shape', { a: { ...entry, shape: [2] } }, 4, /a: .*4 bytes.*\[2\]/],
    ['overlapping tensors', { a: entry, b: entry }, 4, /b: .*starts at byte 0/],
    ['a tensor named twice', `{"a": ${JSON.stringify(entry)}, "\\u0061": ${JSON.stringify(entry)}}`, 4, /a: .*twice/],
    ['a gap', { a: { ...entry, data_offsets: [4, 8] } }, 8, /a: .*starts at byte 4/],
    ['bytes after the last tensor', { a: entry }, 6, /2 bytes after/],
    ['a negative size', { a: { ...entry, shape: [-1] } }, 4, /a: /],
    ['metadata that are no texts', { __metadata__: { a: 1 } }, 0, /__metadata__/],
  ];
  for (const [what, header, dataBytes, expected] of damage) {
    it(`refuses ${what}`, async () => {
      assert.match(await refusal(withHeader(header, new Uint8Array(dataBytes))), expected);
    });
  }

  it('refuses a header longer than the format allows without reading it', async () => {
    assert.match(await refusal(new Uint8Array(8).fill(0xff)), /no safetensors file/);
  });

  it('names a file that is not there', async () => {
    await assert.rejects(readSafetensors(path.join(folder, 'absent.safetensors')), /absent\.safetensors/);
  });

  it('leaves the old file and nothing aside when writing fails', async () => {
    await writeSafetensors(file, new Map([['old', { shape: [1], data: float(1) }]]));
    const failing = new Map([['new', { shape: [1], data: () => Promise.reject(new Error('disk gone')) }]]);
    await assert.rejects(writeSafetensors(file, failing), /disk gone/);
    assert.deepEqual([...(await readSafetensors(file)).tensors.keys()], ['old']);
    assert.deepEqual(readdirSync(folder), ['model.safetensors']);
  });
});
