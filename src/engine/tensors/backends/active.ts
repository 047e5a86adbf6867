// Which backend computes in this thread. Operations ask where they have more than one form.
import * as tf from '@tensorflow/tfjs-core';
import type { BackendName } from '../../../documents/run/schema';

export type { BackendName };

export function activeBackend(): BackendName {
  return tf.engine().backendName as BackendName;
}

/** Whether operations take their composed forms: tfjs's own operations with gradients that keep and dispatch less. */
export function isComposed(): boolean {
  const name = activeBackend();
  return name === 'tensorflow' || name === 'webgpu';
}
