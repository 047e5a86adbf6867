// The `webgpu` backend: GPUs of any vendor through Dawn, which the `webgpu` package brings to Node. tfjs's backend looks
// for a browser's globals when its module is evaluated, so they are set first and the module is loaded after.
// Nothing on it can be read synchronously.
import * as tf from '@tensorflow/tfjs-core';
import type { WebGPUBackend, WebGPUProgram } from '@tensorflow/tfjs-backend-webgpu';
import { userError } from '../../../base/errors/problem';
import { loadPart } from '../../parts/installed';

interface Adapter { readonly info: { readonly description: string; readonly vendor: string }; readonly limits: { readonly maxBufferSize: number } }
interface WebgpuPackage { readonly create: (flags: string[]) => { requestAdapter(): Promise<Adapter | null> }; readonly globals: object }

/** What we use of tfjs's backend. `tensorMap`, which its types call private, says what of a tensor was read before. */
type ProgramRunner = Pick<WebGPUBackend, 'runWebGPUProgram' | 'makeTensorInfo' | 'device'> & {
  readonly tensorMap: { get(dataId: object): { values: unknown } };
};
export type { WebGPUProgram };

export function webgpuBackend(): ProgramRunner {
  return tf.backend() as unknown as ProgramRunner;
}

let adapter: Adapter | undefined;
let dispatches = 0;

/** Makes it the backend of this thread; says what computes. Throws a UserError without the part or without a GPU. */
export async function openWebgpu(): Promise<{ readonly device: string; readonly threads: number }> {
  if (adapter === undefined) {
    const { create, globals } = await loadPart('webgpu') as WebgpuPackage;
    const gpu = create([]);
    const found = await gpu.requestAdapter();
    if (found === null) throw userError({ code: 'webgpu-no-gpu', key: 'backend', value: 'webgpu', message: 'Dawn finds no GPU on this machine', next: 'Install the driver of the GPU (on Linux its Vulkan driver), or use another backend.' });
    Object.assign(globalThis, globals);
    const { navigator } = globalThis as { navigator?: object };
    if (navigator !== undefined) Object.defineProperty(navigator, 'gpu', { value: gpu, configurable: true });
    else Object.defineProperty(globalThis, 'navigator', { value: { gpu }, configurable: true });
    await import('@tensorflow/tfjs-backend-webgpu');
    tf.env().set('WEBGPU_CPU_FORWARD', false);
    adapter = found;
  }
  if (!await tf.setBackend('webgpu')) throw new Error('The webgpu backend did not start.');
  countDispatches(webgpuBackend());
  const { description, vendor } = adapter.info;
  return { device: `GPU (${[description, vendor].find((text) => text !== '') ?? 'unnamed'}, WebGPU)`, threads: 1 };
}

/** The largest piece of memory the GPU gives at once, which is what its driver says of its memory. */
export function webgpuBufferBytes(): number | undefined {
  return adapter?.limits.maxBufferSize;
}

/** Programs started on the GPU since this was last asked: small models take as long as these take the host. */
export function takeDispatches(): number {
  const counted = dispatches;
  dispatches = 0;
  return counted;
}

const counting = new WeakSet<ProgramRunner>();

function countDispatches(backend: ProgramRunner): void {
  if (counting.has(backend)) return;
  counting.add(backend);
  const run = backend.runWebGPUProgram.bind(backend);
  backend.runWebGPUProgram = (...args) => {
    dispatches += 1;
    return run(...args);
  };
}
