// Activation recomputation (Chen et al. 2016, arXiv 1604.06174; PyTorch's checkpoint): of a block of operations only the
// input is kept for the backward pass, which runs the block again and differentiates it then.
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import { differentiate } from './backward';
import { differentiable } from './differentiable';

/**
 * y = block(x, constants), differentiable by x and by `parameters`, which must be all that the block is to be
 * differentiated by. `constants` are the other tensors it reads, kept for the second call. Both calls have to give the
 * same bits: whatever is random in the block is drawn beforehand or by name.
 */
export function recomputed<Constants extends readonly Tensor[]>(
  block: (x: Tensor2D, constants: Constants) => Tensor2D, x: Tensor2D, constants: Constants, parameters: readonly Tensor[],
): Tensor2D {
  return differentiable<Tensor2D>({
    inputs: [x, ...parameters],
    forward: (_record, save) => {
      save([x, ...constants]);
      return tf.tidy(() => block(x, constants));
    },
    backward: (dy, [saved, ...kept]) => gradientsAgain(() => block(saved as Tensor2D, kept as unknown as Constants), [saved!, ...parameters], dy),
  });
}

/** Runs `f` on a tape of its own, in the middle of a backward pass. */
function gradientsAgain(f: () => Tensor2D, inputs: Tensor[], dy: Tensor): Tensor[] {
  const { value, gradients } = differentiate(f, inputs, tf.clone(dy));
  value.dispose();
  return gradients.map((gradient, i) => gradient ?? tf.zerosLike(inputs[i]!));
}
