// Bytes of one GPU for each way of sharing out weights, gradients and moments between processes, after Rajbhandari et al.
// (2020): what is computed in, and the float32 copy, both moments and gradients of what is trained.
import { shardings, type Sharding } from '../../../../documents/run/schema';
import { adapterParameters, countParameters, elements, parameterShapes, type AdapterShape, type ModelConfig } from '../../../model';
import { peakActivationBytes, type ActivationShape, type Precision } from './activations';

export interface ShardSettings extends ActivationShape {
  /** Of all machines. */
  readonly processes: number;
  /** With `quantisation` the frozen matrices of the layers are held in 4 bits. */
  readonly lora?: (AdapterShape & { readonly quantisation?: string | undefined }) | undefined;
}

export interface ShardFigures {
  readonly sharding: Sharding;
  readonly weightBytes: number;
  readonly gradientBytes: number;
  readonly momentBytes: number;
  /** Copies of weights in what is computed in, layers gathered from other processes, buckets of gradients under way. */
  readonly workingBytes: number;
  readonly activationBytes: number;
  readonly peakBytes: number;
}

const floatBytes = 4;
/** CUDA's context, its libraries' workspaces and the holes between tensors: what is left free of a GPU. */
export const reservedBytes = 3 * 2 ** 30;

/** Of a weight in 4 bits, with its share of the doubly quantised scales: 0.127 bits (Dettmers et al. 2023, section 3). */
const quantisedBytes = (4 + 8 / 64 + 32 / (64 * 256)) / 8;

interface Counts { readonly all: number; readonly trained: number; readonly quantised: number; readonly largestUnit: number }

export function shardFigures(config: ModelConfig, settings: ShardSettings): ShardFigures[] {
  const all = countParameters(config);
  const adapter = settings.lora === undefined ? undefined : adapterParameters(parameterShapes(config), settings.lora);
  const counts: Counts = { all: all + (adapter ?? 0), trained: adapter ?? all, quantised: settings.lora?.quantisation === undefined ? 0 : linearOfLayers(config), largestUnit: largestUnit(config) };
  const activationBytes = peakActivationBytes(config, settings);
  return shardings.map((sharding) => {
    const held = heldBytes(sharding, counts, settings.processes, settings.precision);
    return { sharding, ...held, activationBytes, peakBytes: held.weightBytes + held.gradientBytes + held.momentBytes + held.workingBytes + activationBytes };
  });
}

type Held = Pick<ShardFigures, 'weightBytes' | 'gradientBytes' | 'momentBytes' | 'workingBytes'>;

function heldBytes(sharding: Sharding, { all, trained, quantised, largestUnit: unit }: Counts, processes: number, precision: Precision): Held {
  const half = precision === 'bfloat16' ? 2 : floatBytes;
  const frozen = all - trained;
  const moments = 2 * floatBytes * trained;
  // What is held in 4 bits is widened a layer at a time, and needs no copy for autocast.
  const isQuantised = quantised > 0;
  const frozenBytes = (each: number): number => quantised * quantisedBytes + (frozen - quantised) * each;
  const widened = isQuantised ? half * unit : 0;
  const copy = isQuantised ? widened : precision === 'bfloat16' ? half * all : 0;
  // DeepSpeed computes with weights in bfloat16 and keeps a float32 copy of those it trains.
  const master = precision === 'bfloat16' ? floatBytes * trained : 0;
  switch (sharding) {
    case 'none': return {
      weightBytes: frozenBytes(isQuantised ? half : floatBytes) + floatBytes * trained, gradientBytes: floatBytes * trained, momentBytes: moments,
      // Autocast's copy lives until the backward pass is over; DistributedDataParallel sums gradients in buckets of their size.
      workingBytes: copy + (processes > 1 ? floatBytes * trained : 0),
    };
    case 'zero1': return { weightBytes: frozenBytes(half) + half * trained + master / processes, gradientBytes: half * trained, momentBytes: moments / processes, workingBytes: widened };
    case 'zero2': return { weightBytes: frozenBytes(half) + half * trained + master / processes, gradientBytes: (half * trained) / processes, momentBytes: moments / processes, workingBytes: 2 * half * Math.min(unit, trained) + widened };
    // A unit is gathered while the one before it computes, and its gradients stand whole before they are shared out.
    case 'zero3': return { weightBytes: (half * all + master) / processes, gradientBytes: (half * trained) / processes, momentBytes: moments / processes, workingBytes: half * (2 * unit + Math.min(unit, trained)) };
    case 'fsdp': return {
      weightBytes: (frozenBytes(isQuantised ? half : floatBytes) + floatBytes * trained) / processes, gradientBytes: (floatBytes * trained) / processes, momentBytes: moments / processes,
      workingBytes: half * (2 * unit + Math.min(unit, trained)),
    };
  }
}

/** Numbers of the matrices in the layers: what bitsandbytes quantises. */
function linearOfLayers(config: ModelConfig): number {
  return [...parameterShapes(config)].reduce((sum, [name, shape]) => sum + (/^model\.layers\..*_proj\.weight$/.test(name) ? elements(shape) : 0), 0);
}

/** Numbers of the largest part that is gathered at once: a layer, or what stands outside of them. */
function largestUnit(config: ModelConfig): number {
  let layer = 0;
  let outer = 0;
  for (const [name, shape] of parameterShapes(config)) {
    if (name.startsWith('model.layers.0.')) layer += elements(shape);
    else if (!name.startsWith('model.layers.')) outer += elements(shape);
  }
  return Math.max(layer, outer);
}
