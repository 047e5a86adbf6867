// Matrix products by onnxruntime, whose native kernels use what instructions the processor has. Its public interface
// answers later; the binding beneath answers at once, so the part's version is pinned. It takes no shared memory: operands
// are copied out of the heap and the product back, which is small beside the product of large matrices.
import { requireFromPart } from '../../parts/installed';
import type { Pointer } from '../kernel-exports';
import { productModel } from './product-model';

/** A matrix on the heap, rows contiguous; with `transposed`, the product reads it so. */
export interface Operand { readonly pointer: Pointer; readonly rows: number; readonly columns: number; readonly transposed: boolean }

interface Session {
  loadModel(buffer: ArrayBufferLike, byteOffset: number, byteLength: number, options: object): void;
  run(feeds: Readonly<Record<string, unknown>>, fetches: Readonly<Record<string, unknown>>, options: object): unknown;
}

interface Binding { readonly binding: { readonly InferenceSession: new () => Session }; initOrt(): void }
interface Package { readonly Tensor: new (type: 'float32', data: Float32Array, dims: readonly number[]) => unknown }

/** Multiply-adds from which copying pays. */
const leastWork = 2 ** 21;

export class OnnxruntimeProducts {
  readonly #binding: Binding;
  readonly #package: Package;
  readonly #sessions = new Map<string, Session>();
  readonly #copies = new Map<string, Float32Array>();

  /** Throws a UserError when the part is not installed. */
  constructor(private readonly threads: number) {
    this.#binding = requireFromPart('onnxruntime', 'onnxruntime-node/dist/binding.js') as Binding;
    this.#package = requireFromPart('onnxruntime', 'onnxruntime-node') as Package;
    this.#binding.initOrt();
  }

  /** Whether a product is large enough for it. */
  takes(m: number, n: number, k: number): boolean {
    return m * n * k >= leastWork;
  }

  /** Writes op(a) · op(b) to `product`. */
  multiply(heap: SharedArrayBuffer, a: Operand, b: Operand, product: Pointer): void {
    const [m, n] = [a.transposed ? a.columns : a.rows, b.transposed ? b.rows : b.columns];
    const c = this.#piece('C', m * n);
    this.#session(a.transposed, b.transposed).run({ A: this.#tensor('A', heap, a), B: this.#tensor('B', heap, b) }, { C: new this.#package.Tensor('float32', c, [m, n]) }, {});
    new Float32Array(heap, product, m * n).set(c);
  }

  #tensor(name: string, heap: SharedArrayBuffer, { pointer, rows, columns }: Operand): unknown {
    const copy = this.#piece(name, rows * columns);
    copy.set(new Float32Array(heap, pointer, rows * columns));
    return new this.#package.Tensor('float32', copy, [rows, columns]);
  }

  /** Numbers outside the heap, kept from call to call. */
  #piece(name: string, count: number): Float32Array {
    const old = this.#copies.get(name);
    const whole = old !== undefined && old.length >= count ? old : new Float32Array(count);
    this.#copies.set(name, whole);
    return whole.subarray(0, count);
  }

  #session(transposeA: boolean, transposeB: boolean): Session {
    const key = `${transposeA} ${transposeB}`;
    const known = this.#sessions.get(key);
    if (known !== undefined) return known;
    const session = new this.#binding.binding.InferenceSession();
    const model = productModel(transposeA, transposeB);
    session.loadModel(model.buffer, model.byteOffset, model.byteLength, {
      intraOpNumThreads: this.threads, interOpNumThreads: 1, extra: { session: { intra_op: { allow_spinning: '0' } } },
    });
    this.#sessions.set(key, session);
    return session;
  }
}
