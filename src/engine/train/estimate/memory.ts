// Bytes a training run holds at its peak, from the model's shapes and the run's settings alone. It follows one
// micro-batch through `loss.ts` and the decoder on the wasm backend; a test holds it against the real heap.
// Legend: B sequences of a micro-batch, T padded tokens of one, N = B·T positions, M positions that bear loss, D hidden,
// V vocabulary, h head size.
import { adapterParameters, countParameters, parameterShapes, type AdapterShape, type ModelConfig } from '../../model';
import { layerActivations, type LayerActivations } from './activations';

/** What of a run decides its memory. */
export interface MemorySettings {
  readonly batchSize: number;
  /** Input tokens of the longest row of a micro-batch. */
  readonly sequenceLength: number;
  /** Positions of a micro-batch that bear loss; all of them when left out. */
  readonly lossPositions?: number;
  readonly accumulationSteps: number;
  /** NEFTune. */
  readonly noise: boolean;
  readonly recomputeActivations?: boolean;
  /** Set when an adapter is trained and not the weights. */
  readonly lora?: AdapterShape | undefined;
}

export interface MemoryEstimate {
  /** Of the model, without an adapter. */
  readonly parameters: number;
  /** What training changes: all of the model, or the adapter. */
  readonly trainedBytes: number;
  /** Of the model and the adapter. */
  readonly weightBytes: number;
  /** Of one micro-batch, and the sum over an update's micro-batches when there are several. */
  readonly gradientBytes: number;
  readonly momentBytes: number;
  /** What is left of the peak: activations and what the backward pass holds at its fullest moment. */
  readonly activationBytes: number;
  readonly peakBytes: number;
  /** The largest single tensor. */
  readonly largestBytes: number;
}

const bytesPerFloat = 4;
/** Copies of weights AdamW keeps beside them: first and second moment. */
const moments = 2;
/** Scratch of the matrix product and of attention, positions and targets: small, and counted once for all shapes and threads. */
const scratchBytes = 2 ** 20;

export function estimateMemory(config: ModelConfig, settings: MemorySettings): MemoryEstimate {
  const parameters = countParameters(config);
  const adapterBytes = settings.lora === undefined ? 0 : adapterParameters(parameterShapes(config), settings.lora) * bytesPerFloat;
  const weightBytes = parameters * bytesPerFloat + adapterBytes;
  const trainedBytes = settings.lora === undefined ? weightBytes : adapterBytes;
  const momentBytes = moments * trainedBytes;
  const summedBytes = settings.accumulationSteps > 1 ? trainedBytes : 0;
  const passBytes = passPeakFloats(config, settings) * bytesPerFloat;
  const peakBytes = weightBytes + momentBytes + summedBytes + passBytes + scratchBytes;
  const gradientBytes = trainedBytes + summedBytes;
  return {
    parameters, trainedBytes, weightBytes, momentBytes, gradientBytes, peakBytes,
    largestBytes: largestFloats(config, settings) * bytesPerFloat,
    activationBytes: Math.max(0, peakBytes - weightBytes - momentBytes - gradientBytes),
  };
}

/** Floats at the fullest moment of one micro-batch's forward and backward pass: activations and the gradients made so far. */
function passPeakFloats(config: ModelConfig, settings: MemorySettings): number {
  const { hiddenSize: D, vocabularySize: V, headSize: h } = config;
  const N = settings.batchSize * settings.sequenceLength;
  const M = settings.lossPositions ?? N;
  const isPicked = M < N;
  const trainsWeights = settings.lora === undefined;
  const activations = layerActivations(config, { batchSize: settings.batchSize, length: settings.sequenceLength, lora: settings.lora });
  const layer = settings.recomputeActivations ? recomputedPass(config, activations, N) : keptPass(activations);

  const inputs = N * (1 + h) + (settings.noise ? 2 * N * D : 0);
  const head = N * D + (isPicked ? M * D : 0) + M * V;
  const live = inputs + N * D + config.layers * layer.kept;
  let peak = Math.max(live + layer.passing(config.layers) + N * D + head, live + layer.forward);

  // Backward, from the loss down: what is saved goes layer by layer, gradients come.
  const headGradient = trainsWeights ? V * D : 0;
  peak = Math.max(peak, live + M * D + 2 * M * V, live + 2 * M * D + M * V + headGradient, live + 2 * N * D + headGradient);
  let rest = live + headGradient;
  for (let index = 0; index < config.layers; index++) {
    peak = Math.max(peak, rest + layer.backward);
    rest += layer.change;
    peak = Math.max(peak, rest);
  }
  return trainsWeights ? Math.max(peak, rest + V * D) : peak;
}

/** What a layer does to the floats that are held, pass by pass. */
interface LayerPass {
  /** Held from forward on until its backward step. */
  readonly kept: number;
  /** Held by so many layers until forward is over. */
  passing(layers: number): number;
  /** Most it holds for itself while it runs forward. */
  readonly forward: number;
  /** Most it holds for itself while it runs backward. */
  readonly backward: number;
  /** Held more after its backward step than before; less when negative. */
  readonly change: number;
}

function keptPass({ saved, copied, passing, backward, gradients }: LayerActivations): LayerPass {
  return { kept: saved + copied, passing: (layers) => layers * passing, forward: 0, backward, change: gradients - saved };
}

/** Keeps the layer's input; runs it without a tape forward, and on a tape of its own, both ways, in the backward pass. */
function recomputedPass({ hiddenSize: D, experts }: ModelConfig, layer: LayerActivations, N: number): LayerPass {
  const { saved, copied, passing, backward, gradients } = layer;
  const output = N * D;
  // The logits of a router that is recorded ride along in the output, from which the hidden states are cut, and joined backward.
  const cut = experts === undefined ? 0 : N * (2 * D + 2 * experts.count);
  return {
    kept: output + cut, passing: () => 0, forward: saved + passing - output,
    backward: saved + copied + Math.max(passing, backward, gradients + output - saved),
    change: gradients - output + (experts === undefined ? 0 : output),
  };
}

/** Logits, the embedding, or the widest activation of a layer. */
function largestFloats({ vocabularySize, hiddenSize, intermediateSize }: ModelConfig, { batchSize, sequenceLength, lossPositions }: MemorySettings): number {
  const rows = batchSize * sequenceLength;
  return Math.max((lossPositions ?? rows) * vocabularySize, vocabularySize * hiddenSize, rows * intermediateSize);
}
