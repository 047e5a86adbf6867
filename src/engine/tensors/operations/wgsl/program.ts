// Runs a program of ours in WGSL through tfjs's WebGPU backend, which owns the buffers and the queue. An input is an array
// by its name, the output is `result`, numbers are in `uniforms`.
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { webgpuBackend } from '../../backends/webgpu';
import type { WebGPUProgram } from '../../backends/webgpu';

/** Invocations that work on one row together. */
export const lanes = 64;

export interface WgslProgram {
  /** Identifies the code: one name, one text. */
  readonly name: string;
  readonly inputs: Readonly<Record<string, Tensor>>;
  readonly shape: number[];
  readonly integers?: Readonly<Record<string, number>>;
  readonly floats?: Readonly<Record<string, number>>;
  /** With it `lanes` invocations run for each of so many rows, `row` and `lane` at hand; else one for each element, `index`. */
  readonly rows?: number;
  /** Functions and workgroup variables beside the body. */
  readonly declarations?: string;
  readonly body: string;
}

/** The new tensor of the output, float32. */
export function runProgram({ name, inputs, shape, integers = {}, floats = {}, rows, declarations = '', body }: WgslProgram): Tensor {
  const size = shape.reduce((product, length) => product * length, 1);
  const groups = rows ?? Math.ceil(size / lanes);
  const program: WebGPUProgram = {
    outputShape: shape,
    shaderKey: `preclinical_${name}`,
    dispatchLayout: { x: shape.map((_, axis) => axis) },
    dispatch: [groups, 1, 1],
    workgroupSize: [lanes, 1, 1],
    variableNames: Object.keys(inputs),
    variableComponents: Object.keys(inputs).map(() => 1),
    size: true,
    uniforms: [...Object.keys(integers).map((key) => `${key} : i32,`), ...Object.keys(floats).map((key) => `${key} : f32,`)].join(' '),
    getUserCode: () => `${declarations}\nfn main(index : i32) {\n${rows === undefined
      ? 'if (index >= uniforms.size) { return; }'
      : `let row = index / ${lanes}; let lane = i32(localId.x);`}\n${body}\n}`,
  };
  const numbers = [
    ...Object.values(integers).map((value) => ({ type: 'int32', data: [value] })), ...Object.values(floats).map((value) => ({ type: 'float32', data: [value] })),
  ];
  return tf.engine().makeTensorFromTensorInfo(webgpuBackend().runWebGPUProgram(program, Object.values(inputs), 'float32', numbers));
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
