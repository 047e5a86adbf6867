// Bytes a training run holds at its peak, from the model's shapes and the run's settings alone. It follows one
// micro-batch through `loss.ts` and the decoder on the wasm backend; a test holds it against the real heap.
// Legend: B sequences of a micro-batch, T padded tokens of one, N = B·T positions, M positions that bear loss, D hidden,
// V vocabulary, h head size.
import { countParameters, type ModelConfig } from '../../model';
import { layerActivations } from './activations';

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
}

export interface MemoryEstimate {
  readonly parameters: number;
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
/** Scratch of the matrix product and of attention, positions and targets: small, and counted once for all shapes. */
const scratchBytes = 2 ** 20;

export function estimateMemory(config: ModelConfig, settings: MemorySettings): MemoryEstimate {
  const parameters = countParameters(config);
  const weightBytes = parameters * bytesPerFloat;
  const momentBytes = moments * weightBytes;
  const summedBytes = settings.accumulationSteps > 1 ? weightBytes : 0;
  const passBytes = passPeakFloats(config, settings) * bytesPerFloat;
  const peakBytes = weightBytes + momentBytes + summedBytes + passBytes + scratchBytes;
  const gradientBytes = weightBytes + summedBytes;
  return {
    parameters, weightBytes, momentBytes, gradientBytes, peakBytes,
    largestBytes: largestFloats(config, settings) * bytesPerFloat,
    activationBytes: Math.max(0, peakBytes - weightBytes - momentBytes - gradientBytes),
  };
}

/** Floats at the fullest moment of one micro-batch's forward and backward pass: activations and the gradients made so far. */
function passPeakFloats(config: ModelConfig, settings: MemorySettings): number {
  const { hiddenSize: D, vocabularySize: V, headSize: h, tieEmbeddings } = config;
  const N = settings.batchSize * settings.sequenceLength;
  const M = settings.lossPositions ?? N;
  const isPicked = M < N;
  const layer = layerActivations(config, settings.batchSize, settings.sequenceLength);

  const inputs = N * (1 + h) + (settings.noise ? 2 * N * D : 0);
  const head = N * D + (isPicked ? M * D : 0) + M * V;
  const endOfForward = inputs + N * D + config.layers * (layer.saved + layer.copied + layer.passing) + N * D + head;

  // Backward, from the loss down: what is saved goes layer by layer, gradients and what tfjs leaves behind come.
  let live = N * h + (settings.noise ? 2 * N * D : 0) + N * D + config.layers * (layer.saved + layer.copied) + head;
  let peak = Math.max(endOfForward, live + M * V);
  live += M * D + V * D; // the head's gradients beside the loss's
  peak = Math.max(peak, live + M * V);
  live -= M * V + M * D;
  for (let index = 0; index < config.layers; index++) {
    peak = Math.max(peak, live + layer.backward);
    live += layer.gradients + layer.left - layer.saved;
    peak = Math.max(peak, live);
  }
  return Math.max(peak, live + (tieEmbeddings ? 2 : 1) * V * D + N * D);
}

/** Logits, the embedding, a layer's attention probabilities, or its widest activation. */
function largestFloats({ vocabularySize, hiddenSize, intermediateSize, heads }: ModelConfig, { batchSize, sequenceLength, lossPositions }: MemorySettings): number {
  const rows = batchSize * sequenceLength;
  return Math.max((lossPositions ?? rows) * vocabularySize, vocabularySize * hiddenSize, rows * heads * sequenceLength, rows * intermediateSize);
}
