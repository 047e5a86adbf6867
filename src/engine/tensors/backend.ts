// Opens one tfjs backend in this process or worker thread: `wasm`, which computes with our own SIMD kernels on the
// tfjs heap, or `cpu`, the plain JavaScript reference. Relaxed SIMD and threads stay off, so that runs repeat bit for bit.
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-core/dist/register_all_gradients';
import '@tensorflow/tfjs-backend-cpu';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import path from 'node:path';
import { engineAsset } from '../parts/assets';
import type { BackendName } from './backends/active';
import { openTensorFlow } from './backends/tensorflow';
import { useWasmHeap } from './heap';
import { forgetMask } from './operations/composed/attention';

export type { BackendName };

/** What computes, as recorded beside the numbers it produced. */
export interface BackendInfo {
  readonly name: BackendName;
  /** In words, for people. */
  readonly device: string;
  readonly threads: number;
  readonly simd: boolean;
}

const infos: Record<'wasm' | 'cpu', BackendInfo> = {
  wasm: { name: 'wasm', device: 'CPU (WebAssembly SIMD, one thread)', threads: 1, simd: true },
  cpu: { name: 'cpu', device: 'CPU (plain JavaScript)', threads: 1, simd: false },
};

/** Makes `name` the backend of this thread. May be called again, also with the other name. */
export async function openBackend(name: BackendName): Promise<BackendInfo> {
  if (name === 'tensorflow') {
    leave(name);
    return { name, simd: true, ...openTensorFlow() };
  }
  if (name === 'webgpu') throw new Error('later');
  leave(name);
  if (tf.engine().backendName !== name) {
    if (name === 'wasm') setWasmPaths(engineAsset('') + path.sep);
    const started = await withoutNewErrorHandlers(() => tf.setBackend(name));
    if (!started) throw new Error(`The ${name} backend did not start. Its .wasm files belong in ${engineAsset('')}: build the project again.`);
    useWasmHeap(name === 'wasm');
  }
  return infos[name];
}

/** Lets go of what the backend before keeps between calls. */
function leave(next: BackendName): void {
  tf.enableProdMode(); // tfjs's notices would land in the output of the command line
  if (tf.engine().backendName !== next) forgetMask();
  if (next !== 'wasm') useWasmHeap(false);
}

/** Emscripten makes the process rethrow uncaught errors, each with its whole minified source line; that is not its to decide. */
async function withoutNewErrorHandlers<T>(f: () => Promise<T>): Promise<T> {
  const events = ['uncaughtException', 'unhandledRejection'] as const;
  const before = events.map((event) => new Set(process.rawListeners(event)));
  try {
    return await f();
  } finally {
    for (const [index, event] of events.entries()) {
      for (const listener of process.rawListeners(event)) {
        if (!before[index]!.has(listener)) process.removeListener(event, listener as (...args: unknown[]) => void);
      }
    }
  }
}
