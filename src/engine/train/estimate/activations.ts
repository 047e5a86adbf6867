// What one decoder layer holds during a micro-batch. Whoever changes what a layer computes or keeps (recomputation,
// frozen weights, experts) changes these counts with it.
// Legend: B sequences, T tokens, N = B·T, D hidden, F intermediate, O = heads · head size, P = key/value heads · head size,
// A assignments of tokens to feed-forward blocks.
import { parameterShapes, type ModelConfig } from '../../model';

/** Floats of one layer. */
export interface LayerActivations {
  /** Kept from forward for the layer's own backward step, and freed by it. */
  readonly saved: number;
  /** Copies tfjs makes of the operands of its own additions and reshapes; freed when the whole pass is over. */
  readonly copied: number;
  /** Results nothing needs again; freed when forward is over. */
  readonly passing: number;
  /** Most that the backward step holds beyond what is there before it and its gradients. */
  readonly backward: number;
  /** Gradients of the layer's weights. */
  readonly gradients: number;
  /** Gradients of activations that tfjs frees only when the whole pass is over. */
  readonly left: number;
}

export function layerActivations(config: ModelConfig, batchSize: number, length: number): LayerActivations {
  const N = batchSize * length;
  const { hiddenSize: D, intermediateSize: F } = config;
  const O = config.heads * config.headSize;
  const P = config.keyValueHeads * config.headSize;
  const probabilities = batchSize * config.heads * length * length;
  // Of experts each token passes several, gathered before them and summed after.
  const A = config.experts === undefined ? N : N * config.experts.perToken;
  const gathered = config.experts === undefined ? 0 : A * D;
  return {
    saved: N * (4 * D + 2 * O + 2 * P) + A * 3 * F + 2 * gathered + probabilities,
    copied: N * (4 * D + O + 2 * P),
    passing: N * (2 * D + O + P),
    backward: A * 3 * F + N * 2 * D + gathered,
    gradients: layerParameters(config),
    left: N * (7 * D + O + 2 * P) + gathered,
  };
}

/** Numbers in the weights of a layer. */
function layerParameters(config: ModelConfig): number {
  const ofFirst = [...parameterShapes(config)].filter(([name]) => name.startsWith('model.layers.0.'));
  return ofFirst.reduce((sum, [, shape]) => sum + shape.reduce((product, size) => product * size, 1), 0);
}
