// Joins a forward and a backward kernel into one differentiable operation on tfjs's tape.
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { withSharedClones } from './saving';

export interface Operation<T extends Tensor> {
  /** What the operation is differentiated by; `backward` must not return dy itself. */
  readonly inputs: Tensor[];
  /** Computes the value; `record` says whether a backward pass follows, and `save` keeps tensors for it. */
  forward(record: boolean, save: (tensors: Tensor[]) => void): T;
  /** Gradients in the order of the inputs. */
  backward(dy: T, saved: Tensor[]): Tensor[];
}

/** Runs the operation; without a tape only its forward kernel, at the least cost of dispatch. */
export function differentiable<T extends Tensor>(operation: Operation<T>): T {
  if (!tf.engine().isTapeOn()) return operation.forward(false, () => undefined);
  const run = tf.customGrad<T>((...args) => {
    const save = args[args.length - 1] as (tensors: Tensor[]) => void;
    return {
      value: operation.forward(true, (tensors) => { withSharedClones(() => { save(tensors); }); }),
      gradFunc: (dy, saved) => {
        const gradients = operation.backward(dy, saved);
        tf.dispose([dy, ...saved]); // each belongs to this operation alone; tfjs would keep them to the end of the pass
        return gradients;
      },
    };
  });
  return run(...operation.inputs);
}

/** Kernels read raw memory, so a wrong shape or type must not reach them. */
export function expectShape(what: string, x: Tensor, shape: readonly number[], dtype: 'float32' | 'int32' = 'float32'): void {
  const fits = x.dtype === dtype && x.shape.length === shape.length && x.shape.every((size, axis) => size === shape[axis]);
  if (!fits) throw new Error(`${what} is ${x.dtype} [${x.shape.join(', ')}] where ${dtype} [${shape.join(', ')}] was expected.`);
}
