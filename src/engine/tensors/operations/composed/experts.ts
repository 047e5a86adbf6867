// A linear layer whose rows each have their expert's weight, for backends without a kernel for it: a product for each expert
// forward, two backward. Differentiating slices would fill a whole gradient with zeros for each expert.
// Legend: A rows of assignments in the order of `Routing`, E experts, I inputs, O outputs.
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor2D } from '@tensorflow/tfjs-core';
import { differentiable } from '../../differentiable';
import { isTrained } from '../linear';

export function groupedLinearComposed(x_AI: Tensor2D, weights_OI: readonly Tensor2D[], offsets: Int32Array): Tensor2D {
  const trained = weights_OI.map(isTrained);
  const rowsOf = (x: Tensor2D, e: number): Tensor2D => tf.slice(x, [offsets[e]!, 0], [offsets[e + 1]! - offsets[e]!, -1]);
  /** What `compute` makes of the experts that have rows, one below the other. */
  const stacked = (compute: (e: number) => Tensor2D): Tensor2D => {
    const parts = weights_OI.flatMap((_, e) => (offsets[e] === offsets[e + 1] ? [] : [tf.tidy(() => compute(e))]));
    return parts.length === 1 ? parts[0]! : tf.concat(parts, 0);
  };
  return differentiable<Tensor2D>({
    inputs: [x_AI, ...weights_OI.filter((_, e) => trained[e])],
    forward: (_record, save) => {
      save([x_AI, ...weights_OI]);
      return tf.tidy(() => stacked((e) => tf.matMul(rowsOf(x_AI, e), weights_OI[e]!, false, true)));
    },
    backward: (dy_AO, saved) => tf.tidy(() => {
      const [x, ...weights] = saved as [Tensor2D, ...Tensor2D[]];
      const dx_AI = stacked((e) => tf.matMul(rowsOf(dy_AO, e), weights[e]!));
      const dWeights = weights.map((weight, e) => (offsets[e] === offsets[e + 1] ? tf.zerosLike(weight) : tf.tidy(() => tf.matMul<Tensor2D>(rowsOf(dy_AO, e), rowsOf(x, e), true, false))));
      return [dx_AI, ...dWeights.filter((_, e) => trained[e])];
    }),
  });
}
