// Opens one tfjs backend in this process or worker thread: `wasm`, which computes with our own SIMD kernels on the
// tfjs heap and all cores, or `cpu`, the plain JavaScript reference. Losses do not depend on the number of threads.
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-core/dist/register_all_gradients';
import '@tensorflow/tfjs-backend-cpu';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { threadsVariable } from '../../runs/environment';
import { engineAsset } from '../parts/assets';
import type { BackendName } from './backends/active';
import { openTensorFlow } from './backends/tensorflow';
import { leaveWasmHeap, openWasmHeap } from './heap';
import { hasRelaxedSimd } from './instantiate';
import { openWebgpu } from './backends/webgpu';

export type { BackendName };

/** What computes, as recorded beside the numbers it produced. */
export interface BackendInfo {
  readonly name: BackendName;
  /** In words, for people. */
  readonly device: string;
  readonly threads: number;
  readonly simd: boolean;
}

export interface BackendSettings {
  /** Threads of `wasm`; all the cores this process may use when left out. Results are the same bits for any number. */
  readonly threads?: number | undefined;
  /** Fused multiply-add on `wasm`, where this Node has it: faster on some processors, and not the same bits on all. */
  readonly relaxedSimd?: boolean | undefined;
  /** What computes large matrix products on `wasm`: our own kernels, or the part onnxruntime, faster and not the same bits. */
  readonly products?: 'own' | 'onnxruntime' | undefined;
}

/** Makes `name` the backend of this thread. May be called again, also with another name or other settings. */
export async function openBackend(name: BackendName, { threads = usualThreads(), relaxedSimd = false, products = 'own' }: BackendSettings = {}): Promise<BackendInfo> {
  if (name === 'tensorflow') {
    leave(name);
    return { name, simd: true, ...openTensorFlow() };
  }
  if (name === 'webgpu') {
    leave(name);
    return { name, simd: true, ...await openWebgpu() };
  }
  leave(name);
  if (tf.engine().backendName !== name) {
    if (name === 'wasm') setWasmPaths(engineAsset('') + path.sep);
    const started = await withoutNewErrorHandlers(() => tf.setBackend(name));
    if (!started) throw new Error(`The ${name} backend did not start. Its .wasm files belong in ${engineAsset('')}: build the project again.`);
  }
  if (name === 'cpu') return { name, device: 'CPU (plain JavaScript)', threads: 1, simd: false };
  const fused = relaxedSimd && hasRelaxedSimd();
  openWasmHeap({ threads, relaxedSimd: fused }, products);
  const parts = [`WebAssembly ${fused ? 'relaxed ' : ''}SIMD`, ...(products === 'onnxruntime' ? ['products by onnxruntime'] : []), threads === 1 ? 'one thread' : `${threads} threads`];
  return { name, device: `CPU (${parts.join(', ')})`, threads, simd: true };
}

function usualThreads(): number {
  const given = Number(process.env[threadsVariable]);
  return Number.isInteger(given) && given > 0 ? given : availableParallelism();
}

/** Lets go of what the backend before keeps between calls. */
function leave(next: BackendName): void {
  tf.enableProdMode(); // tfjs's notices would land in the output of the command line
  if (next !== 'wasm') leaveWasmHeap();
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
