// What one decoder layer holds during a micro-batch: of all weights in training, or frozen ones with a low-rank adapter;
// with its activations kept, or computed again in the backward pass. Whoever changes what a layer computes or keeps
// changes these counts with it.
// Legend: B sequences, T tokens, N = B·T, D hidden, F intermediate, O = heads · head size, P = key/value heads · head size,
// A assignments of tokens to feed-forward blocks, R rank; of a linear layer with an adapter, in and out features.
import { adapterPlaces, elements, parameterShapes, type AdapterShape, type ModelConfig } from '../../model';

/** Floats of one layer whose activations are kept. */
export interface LayerActivations {
  /** Kept from forward for the layer's own backward step, and freed by it. */
  readonly saved: number;
  /** Copies tfjs makes of the operands of its own products; freed when the whole pass is over. */
  readonly copied: number;
  /** Results nothing needs again; freed when forward is over. */
  readonly passing: number;
  /** Most that the backward step holds beyond what is there before it and its gradients. */
  readonly backward: number;
  /** Gradients of the layer's trained weights. */
  readonly gradients: number;
}

export interface LayerSettings {
  readonly batchSize: number;
  readonly length: number;
  /** Set when an adapter is trained and not the weights. */
  readonly lora?: AdapterShape | undefined;
}

export function layerActivations(config: ModelConfig, { batchSize, length, lora }: LayerSettings): LayerActivations {
  const whole = trainedLayer(config, batchSize, length);
  return lora === undefined ? whole : adaptedLayer(whole, config, lora, batchSize * length);
}

function trainedLayer(config: ModelConfig, batchSize: number, length: number): LayerActivations {
  const N = batchSize * length;
  const { hiddenSize: D, intermediateSize: F } = config;
  const O = config.heads * config.headSize;
  const P = config.keyValueHeads * config.headSize;
  // Of experts each token passes several, gathered before them and summed after.
  const A = config.experts === undefined ? N : N * config.experts.perToken;
  const gathered = config.experts === undefined ? 0 : A * D;
  return {
    saved: N * (4 * D + 2 * O + 2 * P) + A * 3 * F + 2 * gathered,
    copied: 0,
    passing: 0,
    backward: A * 2 * F + gathered + (config.experts?.count ?? 1) * D * F,
    gradients: ofFirstLayer(parameterShapes(config)).reduce((sum, [, shape]) => sum + elements(shape), 0),
  };
}

/**
 * A frozen linear layer does not keep its input; an adapter's first matrix does, and tfjs copies what its scaling and
 * addition work on. With dropout each adapter has an input of its own, and a mask.
 */
function adaptedLayer(whole: LayerActivations, config: ModelConfig, lora: AdapterShape, N: number): LayerActivations {
  const adapted = adapterPlaces(parameterShapes(config), lora).filter(({ name }) => name.startsWith('model.layers.0.'));
  const hasDropout = lora.dropout > 0;
  let { saved, copied, passing } = whole;
  for (const [names, size] of sharedInputs(config)) {
    const readers = adapted.filter(({ name }) => names.some((one) => name.endsWith(`.${one}.weight`))).length;
    const kept = hasDropout ? readers : Math.min(1, readers);
    saved += N * size * (kept - 1);
    passing += N * size * (kept > 0 && !hasDropout ? 0 : 1);
  }
  let gradients = 0;
  for (const { outputs, inputs, rank, experts } of adapted) {
    const rows = experts === undefined ? N : N * config.experts!.perToken;
    saved += rows * rank;
    copied += rows * (outputs + (hasDropout ? 2 * inputs : 0));
    passing += rows * (3 * outputs + (hasDropout ? inputs : 0));
    gradients += rank * (experts ?? 1) * (inputs + outputs);
    // Each expert's matrices, taken out of those they share; of B a transposed copy before.
    if (experts !== undefined) saved += rank * experts * (inputs + 2 * outputs);
  }
  // Gradients of activations come before what is kept goes.
  const backward = whole.backward - (config.experts?.count ?? 1) * config.hiddenSize * config.intermediateSize + N * (config.intermediateSize * (config.experts?.perToken ?? 1) + 2 * config.hiddenSize);
  return { ...whole, saved, copied, passing, gradients, backward };
}

/** What linear layers of a block of attention and feed-forward read, and its features; experts keep theirs with or without an adapter. */
function sharedInputs(config: ModelConfig): [names: readonly string[], size: number][] {
  const O = config.heads * config.headSize;
  return [
    [['q_proj', 'k_proj', 'v_proj'], config.hiddenSize], [['o_proj'], O],
    ...(config.experts === undefined ? [[['gate_proj', 'up_proj'], config.hiddenSize] as [string[], number], [['down_proj'], config.intermediateSize] as [string[], number]] : []),
  ];
}

function ofFirstLayer<Shape>(shapes: ReadonlyMap<string, Shape>): [string, Shape][] {
  return [...shapes].filter(([name]) => name.startsWith('model.layers.0.'));
}
