// Whether a run fits the memory of its backend, and the largest settings that would.
import { wasmBytesLimit } from '../../tensors';
import type { ModelConfig } from '../../model';
import { estimateMemory, type MemoryEstimate, type MemorySettings } from './memory';

/** What the backend can hold. */
export interface MemoryLimit {
  readonly limitBytes: number;
  /** Of the limit, what a run with this largest tensor may fill at its peak. */
  usable(largestTensorBytes: number): number;
}

/** What the wasm heap grew too far, is kept for small tensors, and lies in small holes. */
const headroomBytes = 256 * 2 ** 20;
/** Of the largest tensor, what may lie in holes too small for it when batches differ in length: measured at up to 0.7 beside that headroom. */
const largestShare = 0.75;

export const wasmLimit: MemoryLimit = {
  limitBytes: wasmBytesLimit,
  usable: (largestTensorBytes) => wasmBytesLimit - headroomBytes - largestShare * largestTensorBytes,
};

/** Plain JavaScript arrays: as much as the machine has. Its reference operations keep more than is counted here. */
export function machineLimit(totalBytes: number): MemoryLimit {
  return { limitBytes: totalBytes, usable: () => totalBytes };
}

export interface Fit {
  readonly memory: MemoryEstimate;
  readonly usableBytes: number;
  readonly fits: boolean;
}

export function fitMemory(config: ModelConfig, settings: MemorySettings, limit: MemoryLimit): Fit {
  const memory = estimateMemory(config, settings);
  const usableBytes = limit.usable(memory.largestBytes);
  return { memory, usableBytes, fits: memory.peakBytes <= usableBytes };
}

export interface Largest {
  /** It fits as it is when activations are recomputed. */
  readonly recomputeActivations?: true;
  /** Largest micro-batch that fits at this sequence length; undefined when not even one sequence does. */
  readonly batchSize?: number;
  /** Longest sequence that fits at this micro-batch, in tokens. */
  readonly sequenceLength?: number;
}

/** Lengths are offered in multiples of this: rows are padded to them anyway. */
const lengthMultiple = 8;

export function largestThatFit(config: ModelConfig, settings: MemorySettings, limit: MemoryLimit): Largest {
  const { lossPositions, ...rest } = settings;
  const density = lossPositions === undefined ? 1 : lossPositions / (settings.batchSize * settings.sequenceLength);
  const fitsWith = (batchSize: number, sequenceLength: number): boolean =>
    fitMemory(config, { ...rest, batchSize, sequenceLength, lossPositions: Math.ceil(batchSize * sequenceLength * density) }, limit).fits;
  const batchSize = largest(settings.batchSize, (size) => fitsWith(size, settings.sequenceLength));
  const lengths = largest(Math.floor(settings.sequenceLength / lengthMultiple), (count) => fitsWith(settings.batchSize, count * lengthMultiple));
  const fitsRecomputed = !settings.recomputeActivations && fitMemory(config, { ...settings, recomputeActivations: true }, limit).fits;
  return { ...(fitsRecomputed ? { recomputeActivations: true } : {}), ...(batchSize > 0 ? { batchSize } : {}), ...(lengths > 0 ? { sequenceLength: lengths * lengthMultiple } : {}) };
}

/** Largest whole number up to `most` for which a condition holds that holds for all smaller ones; 0 when for none. */
function largest(most: number, holds: (value: number) => boolean): number {
  let low = 0;
  let high = most;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (holds(middle)) low = middle;
    else high = middle - 1;
  }
  return low;
}
