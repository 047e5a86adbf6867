// The three products of a linear layer on the wasm heap, over tensors or stretches of their rows: by our own kernels, or
// where a run asks for it and the product is large by onnxruntime's.
// Legend: N rows, I input features, O output features.
import type { WasmHeap } from '../heap';
import type { Pointer } from '../kernel-exports';
import type { Operand } from '../onnxruntime/products';

/** Up to this many rows the weight is read where it lies; packing it would cost more. */
const fewRows = 16;

/** Where the operands lie and what they measure. */
export interface Product { readonly x_NI: Pointer; readonly weight_OI: Pointer; readonly y_NO: Pointer; readonly rows: number; readonly inputs: number; readonly outputs: number }

/** y_NO = x_NI · weight_OIᵀ. */
export function multiply(heap: WasmHeap, product: Product): void {
  const { x_NI, weight_OI, y_NO, rows, inputs, outputs } = product;
  const { kernels } = heap;
  if (rows <= fewRows) kernels.linearFewRows(x_NI, weight_OI, y_NO, rows, outputs, inputs);
  else if (isNative(heap, product)) heap.native!.multiply(heap.buffer, matrix(x_NI, rows, inputs), matrix(weight_OI, outputs, inputs, true), y_NO);
  else kernels.gemm(x_NI, inputs, 1, weight_OI, 1, inputs, y_NO, outputs, rows, outputs, inputs, false);
}

/** x_NI = y_NO · weight_OI: the gradient by the input, of the gradient by the output. */
export function multiplyBack(heap: WasmHeap, product: Product): void {
  const { x_NI, weight_OI, y_NO, rows, inputs, outputs } = product;
  if (isNative(heap, product)) heap.native!.multiply(heap.buffer, matrix(y_NO, rows, outputs), matrix(weight_OI, outputs, inputs), x_NI);
  else heap.kernels.gemm(y_NO, outputs, 1, weight_OI, inputs, 1, x_NI, inputs, rows, inputs, outputs, false);
}

/** weight_OI = y_NOᵀ · x_NI: the gradient by the weight, of the gradient by the output. */
export function multiplyOut(heap: WasmHeap, product: Product): void {
  const { x_NI, weight_OI, y_NO, rows, inputs, outputs } = product;
  if (isNative(heap, product)) heap.native!.multiply(heap.buffer, matrix(y_NO, rows, outputs, true), matrix(x_NI, rows, inputs), weight_OI);
  else heap.kernels.gemm(y_NO, 1, outputs, x_NI, inputs, 1, weight_OI, inputs, outputs, inputs, rows, false);
}

function isNative({ native }: WasmHeap, { rows, inputs, outputs }: Product): boolean {
  return native?.takes(rows, inputs, outputs) === true;
}

function matrix(pointer: Pointer, rows: number, columns: number, transposed = false): Operand {
  return { pointer, rows, columns, transposed };
}
