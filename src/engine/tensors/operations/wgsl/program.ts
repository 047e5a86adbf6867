// Runs a program of ours in WGSL through tfjs's WebGPU backend, which owns the buffers and the queue. An input is an array
// by its name, the output is `result`, numbers are in `uniforms`.
import * as tf from '@tensorflow/tfjs-core';
import type { DataType, Tensor } from '@tensorflow/tfjs-core';
import { webgpuBackend } from '../../backends/webgpu';
import type { WebGPUProgram } from '../../backends/webgpu';

/** Invocations that work on one row together. */
export const lanes = 64;

export interface WgslProgram {
  /** Identifies the code: one name, one text. */
  readonly name: string;
  readonly inputs: Readonly<Record<string, Tensor>>;
  /** Tensors it may write too, by name. */
  readonly changes?: Readonly<Record<string, Tensor>>;
  /** Of the output, float32 unless said. */
  readonly shape: number[];
  readonly dtype?: DataType;
  /** Takes the place of a new output, and is what it was where nothing is written. */
  readonly into?: Tensor;
  readonly integers?: Readonly<Record<string, number>>;
  readonly floats?: Readonly<Record<string, number>>;
  /**
   * With it `lanes` invocations run for each of so many rows, `row` and `lane` at hand; else one for each element, `index`.
   * The last row may run more than once, where the rows are too many for one dimension.
   */
  readonly rows?: number;
  /** Functions and workgroup variables beside the body. */
  readonly declarations?: string;
  readonly body: string;
}

/** The tensor of the output. */
export function runProgram({ name, inputs, changes = {}, shape, dtype = 'float32', into, integers = {}, floats = {}, rows, declarations = '', body }: WgslProgram): Tensor {
  const size = shape.reduce((product, length) => product * length, 1);
  const changed = Object.keys(changes);
  const read = { ...inputs, ...changes };
  const names = Object.keys(read);
  const numbers = { ...integers, rowCount: rows ?? 0 };
  const program: WebGPUProgram = {
    outputShape: shape,
    shaderKey: `preclinical_${name}`,
    dispatchLayout: { x: shape.map((_, axis) => axis) },
    dispatch: [rows ?? Math.ceil(size / lanes), 1, 1],
    workgroupSize: [lanes, 1, 1],
    variableNames: names,
    variableComponents: names.map(() => 1),
    size: true,
    uniforms: [...Object.keys(numbers).map((key) => `${key} : i32,`), ...Object.keys(floats).map((key) => `${key} : f32,`)].join(' '),
    getUserCode: () => `${declarations}\nfn main(index : i32) {\n${rows === undefined
      ? 'if (index >= uniforms.size) { return; }'
      : `let row = min(index / ${lanes}, uniforms.rowCount - 1); let lane = i32(localId.x);`}\n${body}\n}`,
  };
  const values = [
    ...Object.values(numbers).map((value) => ({ type: 'int32', data: [value] })), ...Object.values(floats).map((value) => ({ type: 'float32', data: [value] })),
  ];
  const backend = webgpuBackend();
  const info = withChangeable(backend.device, changed, () => backend.runWebGPUProgram(program, Object.values(read), dtype, values, into));
  for (const tensor of [...Object.values(changes), ...(into === undefined ? [] : [into])]) backend.tensorMap.get(tensor.dataId).values = null; // what was read before
  return into ?? tf.engine().makeTensorFromTensorInfo(info);
}

/** A tensor of undefined content, to be written by a program. */
export function emptyTensor(shape: number[], dtype: DataType = 'float32'): Tensor {
  return tf.engine().makeTensorFromTensorInfo(webgpuBackend().makeTensorInfo(shape, dtype));
}

type ShaderDevice = Pick<GPUDevice, 'createShaderModule'>;

/** tfjs declares every input as read only: those named are declared anew where `f` compiles a program. */
function withChangeable<T>(device: ShaderDevice, names: readonly string[], f: () => T): T {
  if (names.length === 0) return f();
  const declare = (code: string): string => names.reduce((text, name) => text.replace(`var<storage, read> ${name}:`, `var<storage, read_write> ${name}:`), code);
  device.createShaderModule = (descriptor) => (Object.getPrototypeOf(device) as ShaderDevice).createShaderModule.call(device, { ...descriptor, code: declare(descriptor.code) });
  try {
    return f();
  } finally {
    Reflect.deleteProperty(device, 'createShaderModule');
  }
}

/** Declares `together_NAME(lane, value)`: the value of all lanes of a row joined by `join`, known to each of them. */
export function joinLanes(name: string, join: (a: string, b: string) => string): string {
  return `
var<workgroup> shared_${name} : array<f32, ${lanes}>;
fn together_${name}(lane : i32, value : f32) -> f32 {
  workgroupBarrier();
  shared_${name}[lane] = value;
  workgroupBarrier();
  for (var half = ${lanes / 2}; half > 0; half = half / 2) {
    if (lane < half) { shared_${name}[lane] = ${join(`shared_${name}[lane]`, `shared_${name}[lane + half]`)}; }
    workgroupBarrier();
  }
  return shared_${name}[0];
}`;
}

export const sumLanes = joinLanes('sum', (a, b) => `${a} + ${b}`);
export const largestOfLanes = joinLanes('most', (a, b) => `max(${a}, ${b})`);

/** `make(0) … make(count − 1)`, a line each: loops over private variables, written out. */
export function written(count: number, make: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => make(index)).join('\n');
}
