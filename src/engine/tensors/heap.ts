// The memory of tfjs's wasm backend, on which our kernels work: where tensors lie, outputs, and scratch that is kept
// between calls. The memory grows and thereby detaches old buffers, so views are made afresh for each use.
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor2D, TensorInfo } from '@tensorflow/tfjs-core';
import { readFileSync } from 'node:fs';
import { userError } from '../../base/errors/problem';
import type { UserError } from '../../base/errors/problem';
import { engineAsset } from '../parts/assets';
import type { KernelExports, Pointer } from './kernel-exports';
import { installSharedClones } from './saving';

/** What Emscripten gives tfjs and its types leave out. */
interface WasmModule {
  readonly asm: { readonly memory: { readonly buffer: ArrayBuffer } };
  _malloc(bytes: number): number;
  _free(pointer: number): void;
}

/** What we use of tfjs's BackendWasm. */
interface WasmBackend {
  readonly wasm: WasmModule;
  readonly dataIdMap: { get(dataId: object): { readonly memoryOffset: Pointer } };
  makeOutput(shape: number[], dtype: 'float32'): TensorInfo;
  incRef(dataId: object): void;
}

/** The type library of Node has no WebAssembly, that of the browser has too much else. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: unknown };
};

const heapLimitBytes = 2 ** 32;

/**
 * Near 4 GiB the addresses in tfjs's allocator wrap and it hands out memory beyond the end, so nothing is asked of it
 * that could; and where it fails in good order, tfjs would write to address 0. Either is an error here, with the reason.
 */
function failWhenFull(module: WasmModule, usage: HeapUsage): void {
  module._free(module._malloc(4)); // Emscripten's first calls replace the functions, and would undo ours
  const allocate = module._malloc.bind(module);
  const free = module._free.bind(module);
  module._malloc = (bytes) => {
    const canWrap = module.asm.memory.buffer.byteLength + bytes > heapLimitBytes - 2 ** 16;
    const pointer = canWrap ? 0 : allocate(bytes) >>> 0;
    if (pointer === 0 && bytes > 0) throw heapIsFull(usage.bytes, bytes);
    usage.take(pointer, bytes);
    return pointer;
  };
  module._free = (pointer) => {
    usage.giveBack(pointer);
    free(pointer);
  };
}

function heapIsFull(bytesInUse: number, bytes: number): UserError {
  return userError({
    code: 'wasm-heap-full',
    message: `The wasm backend holds at most 4096 MiB: ${toMebibytes(bytesInUse)} MiB are in use and ${toMebibytes(bytes)} MiB more were needed.`,
    next: 'Use a smaller model, a smaller micro-batch or shorter sequences, or another backend.',
  });
}

/** Bytes of every piece in use, tensors and scratch alike, and the most there were at once. */
class HeapUsage {
  readonly #sizes = new Map<Pointer, number>();
  bytes = 0;
  peakBytes = 0;

  take(pointer: Pointer, bytes: number): void {
    this.#sizes.set(pointer, bytes);
    this.bytes += bytes;
    this.peakBytes = Math.max(this.peakBytes, this.bytes);
  }

  giveBack(pointer: Pointer): void {
    this.bytes -= this.#sizes.get(pointer) ?? 0;
    this.#sizes.delete(pointer);
  }
}

function toMebibytes(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(0);
}

export class WasmHeap {
  readonly kernels: KernelExports;
  readonly gemmScratch: Pointer;
  private readonly module: WasmModule;
  private readonly scratches = new Map<string, { pointer: Pointer; bytes: number }>();
  readonly usage = new HeapUsage();

  constructor(private readonly backend: WasmBackend) {
    this.module = backend.wasm;
    failWhenFull(this.module, this.usage);
    const kernels = new WebAssembly.Module(readFileSync(engineAsset('kernels.wasm')));
    const imports = { env: { memory: this.module.asm.memory } };
    this.kernels = new WebAssembly.Instance(kernels, imports).exports as KernelExports;
    this.gemmScratch = this.scratch('gemm', this.kernels.gemmScratchBytes());
  }

  /** Where the elements of a tensor lie. Valid until the tensor is disposed. */
  pointer(x: Tensor): Pointer {
    return this.backend.dataIdMap.get(x.dataId).memoryOffset;
  }

  /** A new float32 tensor of undefined content, tracked by tfjs like any other. */
  output(shape: number[]): Tensor {
    return tf.engine().makeTensorFromTensorInfo(this.backend.makeOutput(shape, 'float32'));
  }

  outputMatrix(rows: number, columns: number): Tensor2D {
    return this.output([rows, columns]) as Tensor2D;
  }

  outputLike<T extends Tensor>(x: T): T {
    return this.output(x.shape) as T;
  }

  /** The beginning of a tensor as one of another shape, in the same memory. */
  leading(x: Tensor, shape: number[]): Tensor {
    this.backend.incRef(x.dataId);
    return tf.engine().makeTensorFromTensorInfo({ dataId: x.dataId, shape, dtype: x.dtype });
  }

  /** Copies bytes from one place of the heap to another. */
  copy(from: Pointer, to: Pointer, bytes: number): void {
    new Uint8Array(this.module.asm.memory.buffer).copyWithin(to, from, from + bytes);
  }

  /** At least `bytes` bytes kept under `name`; their content is lost when a larger piece is asked for. */
  scratch(name: string, bytes: number): Pointer {
    const old = this.scratches.get(name);
    if (old !== undefined && old.bytes >= bytes) return old.pointer;
    if (old !== undefined) {
      this.scratches.delete(name);
      this.module._free(old.pointer);
    }
    const pointer = this.module._malloc(bytes);
    this.scratches.set(name, { pointer, bytes });
    return pointer;
  }

  /** Copies integers to the scratch called `name`. */
  integers(name: string, values: Int32Array): Pointer {
    const pointer = this.scratch(name, Math.max(4, values.byteLength));
    new Int32Array(this.module.asm.memory.buffer, pointer, values.length).set(values);
    return pointer;
  }

  /** A copy of bytes of the heap, safe to keep. */
  copyOut(pointer: Pointer, bytes: number): ArrayBuffer {
    return new Uint8Array(this.module.asm.memory.buffer, pointer, bytes).slice().buffer;
  }
}

let opened: WasmHeap | undefined;
let active: WasmHeap | undefined;

/** Called by openBackend after the switch of tfjs's backend. */
export function useWasmHeap(use: boolean): void {
  if (use) {
    opened ??= new WasmHeap(tf.backend() as unknown as WasmBackend);
    installSharedClones();
  }
  active = use ? opened : undefined;
}

/** The heap when `wasm` is the backend; undefined on `cpu`, where operations take their reference. */
export function wasmHeap(): WasmHeap | undefined {
  return active;
}

/** Bytes of live tensors and scratch on the wasm heap; it holds at most `wasmBytesLimit`. */
export function wasmBytesInUse(): number {
  return opened?.usage.bytes ?? 0;
}

/** The most bytes that were in use at once since this was last asked. */
export function takeWasmPeakBytes(): number {
  const usage = opened?.usage;
  const peakBytes = usage?.peakBytes ?? 0;
  if (usage) usage.peakBytes = usage.bytes;
  return peakBytes;
}

export const wasmBytesLimit = heapLimitBytes;
