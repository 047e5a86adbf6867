// The kernels' wasm module, over the memory of tfjs's. The type library of Node has no WebAssembly, that of the browser
// has too much else, so what is used of it is declared here.
import { readFileSync } from 'node:fs';
import { engineAsset } from '../parts/assets';
import type { KernelExports } from './kernel-exports';

declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => KernelModule;
  readonly Instance: new (module: KernelModule, imports: object) => { readonly exports: KernelExports };
  validate(bytes: Uint8Array): boolean;
};

/** A compiled module; threads share it. */
export type KernelModule = object;

/** tfjs's memory: it grows, and what was its buffer then covers only its beginning. */
export interface SharedMemory { readonly buffer: SharedArrayBuffer }

/** @param name of a file of dist/engine. */
export function compileKernels(name: string): KernelModule {
  return new WebAssembly.Module(readFileSync(engineAsset(name)));
}

export function instantiateKernels(module: KernelModule, memory: SharedMemory): KernelExports {
  return new WebAssembly.Instance(module, { env: { memory } }).exports;
}

/** Whether this Node runs the kernels built with relaxed SIMD. */
export function hasRelaxedSimd(): boolean {
  return WebAssembly.validate(readFileSync(engineAsset('kernels-relaxed.wasm')));
}
