// The memory our kernels share with tfjs: nothing of tfjs's is overwritten, views survive growth, fullness is an error.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import * as tf from '@tensorflow/tfjs-core';
import { UserError } from '../../../src/base/errors/problem';
import { engineAsset } from '../../../src/engine/parts/assets';
import { wasmHeap } from '../../../src/engine/tensors/heap';
import { linear, openBackend, wasmBytesInUse, zeros } from '../../../src/engine/tensors/index';
import type { Tensor2D } from '../../../src/engine/tensors/index';
import { normal } from './compare';

/** The ids of a wasm module's sections; lengths are LEB128. */
function sectionIds(bytes: Uint8Array): number[] {
  const ids: number[] = [];
  let at = 8;
  while (at < bytes.length) {
    ids.push(bytes[at++]!);
    let length = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++]!;
      length |= (byte & 127) << shift;
      if (byte < 128) break;
    }
    at += length;
  }
  return ids;
}

function describeThreads(threads: number): string {
  return `CPU (WebAssembly SIMD, ${threads === 1 ? 'one thread' : `${threads} threads`})`;
}

describe('wasm heap', () => {
  before(() => openBackend('wasm'));

  it('kernels bring no static data, which would overwrite that of tfjs', () => {
    for (const name of ['kernels.wasm', 'kernels-relaxed.wasm']) {
      const ids = sectionIds(readFileSync(engineAsset(name)));
      assert.ok(ids.includes(10), 'a code section');
      assert.ok(!ids.includes(11), 'no data section');
    }
  });

  it('kernels follow tensors across growth of the memory', () => {
    const [x, w] = [normal(1, [9, 5]) as Tensor2D, normal(2, [3, 5]) as Tensor2D];
    const before = [...linear(x, w).dataSync()];
    const large = zeros([64, 1024, 1024]);
    assert.deepEqual([...linear(x, w).dataSync()], before);
    assert.ok(wasmBytesInUse() > large.size * 4);
    large.dispose();
  });

  it('says what is in use and what was needed when 4 GiB are exceeded, and goes on working', () => {
    const isFull = (error: unknown): boolean =>
      error instanceof UserError && error.problems[0]!.code === 'wasm-heap-full' && /4096 MiB: 3\d{3} MiB are in use and 1024 MiB more/.test(error.message);
    const gibibyte = (): tf.Tensor => wasmHeap()!.output([2 ** 28]); // never written, so no memory of the machine is taken
    const held = [gibibyte(), gibibyte(), gibibyte()];
    assert.throws(gibibyte, isFull);
    assert.equal(tf.add(zeros([3]), 1).dataSync()[2], 1, 'small ones have room still');
    held.shift()!.dispose();
    held.push(wasmHeap()!.output([2 ** 28 - 2 ** 16])); // room inside, though the memory cannot grow by so much
    tf.dispose(held);
    assert.equal(tf.add(zeros([3]), 1).dataSync()[2], 1);
  });

  it('refuses a single tensor no heap could hold', () => {
    assert.throws(() => wasmHeap()!.output([2 ** 30 - 1]), UserError);
    assert.equal(tf.add(zeros([3]), 1).dataSync()[2], 1);
  });

  it('leaves uncaught errors to the process', () => {
    const listeners = [...process.listeners('uncaughtException'), ...process.listeners('unhandledRejection')];
    assert.deepEqual(listeners.filter((listener) => /throw (ex|reason)/.test(listener.toString())), []);
  });

  it('switches between backends in one process', async () => {
    assert.equal((await openBackend('cpu')).name, 'cpu');
    assert.equal(wasmHeap(), undefined);
    assert.deepEqual(await openBackend('wasm', { threads: 1 }), { name: 'wasm', device: 'CPU (WebAssembly SIMD, one thread)', threads: 1, simd: true });
    assert.deepEqual(await openBackend('wasm'), { name: 'wasm', device: describeThreads(availableParallelism()), threads: availableParallelism(), simd: true });
    assert.ok(wasmHeap());
  });
});
