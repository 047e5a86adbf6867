// tfjs saves tensors for the backward pass as clones, and its wasm backend clones by copying: twice the memory of all
// activations. While one of our operations saves, a clone shares the data instead. Nothing writes to it before the
// backward pass is over; a clone a caller asks for stays a copy, since parameters are updated in place.
import * as tf from '@tensorflow/tfjs-core';
import type { TensorInfo } from '@tensorflow/tfjs-core';

let sharing = false;
let installed = false;

/** Runs `f`, within which clones on the wasm backend share data. */
export function withSharedClones<T>(f: () => T): T {
  sharing = true;
  try {
    return f();
  } finally {
    sharing = false;
  }
}

/** Replaces the wasm backend's Identity kernel, once. */
export function installSharedClones(): void {
  if (installed) return;
  installed = true;
  const { kernelFunc: copy, ...identity } = tf.getKernel('Identity', 'wasm');
  tf.unregisterKernel('Identity', 'wasm');
  tf.registerKernel({ ...identity, kernelFunc: (call) => (sharing ? share(call.inputs['x']!) : copy(call)) });
}

function share(x: TensorInfo): TensorInfo {
  tf.backend().incRef(x.dataId);
  return { dataId: x.dataId, shape: x.shape, dtype: x.dtype };
}
