// The memory of tfjs's wasm backend, on which our kernels work: where tensors lie, outputs, and scratch that is kept
// between calls. The memory grows and thereby detaches old buffers, so views are made afresh for each use.
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor2D, TensorInfo } from '@tensorflow/tfjs-core';
import { userError } from '../../base/errors/problem';
import type { UserError } from '../../base/errors/problem';
import { Arena } from './arena';
import { compileKernels, type SharedMemory } from './instantiate';
import type { Pointer } from './kernel-exports';
import { OnnxruntimeProducts } from './onnxruntime/products';
import { installSharedClones } from './saving';
import { Kernels } from './threads/kernels';
import { Team } from './threads/team';

/** What Emscripten gives tfjs and its types leave out. */
interface WasmModule {
  readonly asm: { readonly memory: SharedMemory };
  _malloc(bytes: number): number;
  _free(pointer: number): void;
}

/** What we use of tfjs's BackendWasm. */
interface WasmBackend {
  readonly wasm: WasmModule;
  readonly dataIdMap: { get(dataId: object): { readonly memoryOffset: Pointer } };
  refCount(dataId: object): number;
  makeOutput(shape: number[], dtype: 'float32'): TensorInfo;
  incRef(dataId: object): void;
}

const heapLimitBytes = 2 ** 32;

/** From this size on allocations come from the arena: small ones would only cut it up. */
const arenaBytes = 2 ** 16;
/** Memory the arena leaves to small ones, tfjs's own among them. */
const smallReserveBytes = 2 ** 24;

/**
 * Near 4 GiB the addresses in tfjs's allocator wrap and it hands out memory beyond the end, so nothing is asked of it
 * that could; and where it fails in good order, tfjs would write to address 0. Either is an error here, with the reason.
 */
function failWhenFull(module: WasmModule, usage: HeapUsage): void {
  module._free(module._malloc(4)); // Emscripten's first calls replace the functions, and would undo ours
  const allocate = module._malloc.bind(module);
  const free = module._free.bind(module);
  const mostBytes = (): number => heapLimitBytes - 2 ** 16 - module.asm.memory.buffer.byteLength;
  const take = (bytes: number): number => (bytes > mostBytes() ? 0 : allocate(bytes) >>> 0);
  const arena = new Arena((bytes) => (bytes > mostBytes() - smallReserveBytes ? undefined : take(bytes) || undefined), () => mostBytes() - smallReserveBytes);
  module._malloc = (bytes) => {
    const pointer = (bytes < arenaBytes ? take(bytes) : 0) || arena.take(bytes) || 0;
    if (pointer === 0 && bytes > 0) throw heapIsFull(usage.bytes, bytes);
    usage.take(pointer, bytes);
    return pointer;
  };
  module._free = (pointer) => {
    usage.giveBack(pointer);
    if (!arena.giveBack(pointer >>> 0)) free(pointer);
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

/** What computes on the heap. */
export interface TeamSettings {
  readonly threads: number;
  /** Kernels that may fuse a product with its addition: faster on some processors, and not the same bits on all. */
  readonly relaxedSimd: boolean;
}

export class WasmHeap {
  readonly kernels: Kernels;
  #team: Team;
  /** Computes large products when it is there. */
  native: OnnxruntimeProducts | undefined;
  private readonly module: WasmModule;
  private readonly scratches = new Map<string, { pointer: Pointer; bytes: number }>();
  readonly usage = new HeapUsage();

  constructor(private readonly backend: WasmBackend, settings: TeamSettings) {
    this.module = backend.wasm;
    failWhenFull(this.module, this.usage);
    this.#team = this.#makeTeam(settings);
    this.kernels = new Kernels(this);
  }

  get team(): Team {
    return this.#team;
  }

  /** Computes with other threads or kernels from now on. */
  changeTeam(settings: TeamSettings): void {
    this.#team.end();
    this.#team = this.#makeTeam(settings);
  }

  #makeTeam({ threads, relaxedSimd }: TeamSettings): Team {
    const kernels = compileKernels(relaxedSimd ? 'kernels-relaxed.wasm' : 'kernels.wasm');
    return new Team(kernels, this.module.asm.memory, threads, relaxedSimd, (bytes) => this.scratch('threads', bytes));
  }

  /** The memory as it is now; what was its buffer before it grew covers its beginning. */
  get buffer(): SharedArrayBuffer {
    return this.module.asm.memory.buffer;
  }

  /** Where the elements of a tensor lie. Valid until the tensor is disposed. */
  pointer(x: Tensor): Pointer {
    return this.backend.dataIdMap.get(x.dataId).memoryOffset;
  }

  /** Whether no other tensor shares the data of this one. */
  isSoleOwner(x: Tensor): boolean {
    return this.backend.refCount(x.dataId) === 1;
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

  /** Doubles of the heap where they lie, until the memory grows or is written to. */
  doubles(pointer: Pointer, count: number): Float64Array {
    return new Float64Array(this.module.asm.memory.buffer, pointer, count);
  }

  /** A copy of bytes of the heap, safe to keep. */
  copyOut(pointer: Pointer, bytes: number): ArrayBuffer {
    return Uint8Array.from(new Uint8Array(this.module.asm.memory.buffer, pointer, bytes)).buffer;
  }
}

let opened: WasmHeap | undefined;
let active: WasmHeap | undefined;

/** Called by openBackend after the switch of tfjs's backend to `wasm`. */
export function openWasmHeap(settings: TeamSettings, products: 'own' | 'onnxruntime'): void {
  opened ??= new WasmHeap(tf.backend() as unknown as WasmBackend, settings);
  if (opened.team.threads !== settings.threads || opened.team.relaxedSimd !== settings.relaxedSimd) opened.changeTeam(settings);
  opened.native = products === 'onnxruntime' ? new OnnxruntimeProducts(settings.threads) : undefined;
  installSharedClones();
  active = opened;
}

/** Called by openBackend after the switch to another one; what is on the heap stays. */
export function leaveWasmHeap(): void {
  active = undefined;
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
