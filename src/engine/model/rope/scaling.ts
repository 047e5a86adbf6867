// How rotary frequencies are stretched beyond the length a model was pretrained on: the kinds of transformers'
// modeling_rope_utils.py. A model without scaling has none.

export type RopeScaling =
  /** Frequencies divided by the factor (Chen et al. 2023). */
  | { readonly kind: 'linear'; readonly factor: number }
  /** The base grows with the sequence once it is longer than the model's positions (NTK-aware scaling). */
  | { readonly kind: 'dynamic'; readonly factor: number }
  | YarnScaling
  | LongRopeScaling
  | Llama3Scaling;

/** YaRN (Peng et al. 2023): slow frequencies interpolated, fast ones kept, a ramp between. */
export interface YarnScaling {
  readonly kind: 'yarn';
  readonly factor: number;
  readonly originalMaxPositions: number;
  /** Multiplies cosines and sines; follows from factor, mscale and mscaleAllDim when left out. */
  readonly attentionFactor?: number;
  /** Turns over the original length above which a frequency is kept, and below which it is interpolated. */
  readonly betaFast: number;
  readonly betaSlow: number;
  readonly mscale?: number;
  readonly mscaleAllDim?: number;
  /** Whether the ends of the ramp are whole features. */
  readonly truncate: boolean;
}

/** LongRoPE (Ding et al. 2024): a divisor for each frequency, one set for sequences up to the original length, one beyond. */
export interface LongRopeScaling {
  readonly kind: 'longrope';
  /** maxPositions / originalMaxPositions when left out; enters the attention factor only. */
  readonly factor?: number;
  readonly originalMaxPositions: number;
  readonly attentionFactor?: number;
  readonly shortFactor: readonly number[];
  readonly longFactor: readonly number[];
}

/** Llama 3.1: long wavelengths divided by the factor, short ones kept, a smooth change between. */
export interface Llama3Scaling {
  readonly kind: 'llama3';
  readonly factor: number;
  readonly originalMaxPositions: number;
  readonly lowFrequencyFactor: number;
  readonly highFrequencyFactor: number;
}

export const ropeKinds = ['default', 'linear', 'dynamic', 'yarn', 'longrope', 'llama3'] as const;

/**
 * Sequences of equal regime share their frequencies. Only `dynamic` and `longrope` have more than one: a key turned by
 * those of one regime is of no use to a query of another.
 */
export function rotaryRegime(scaling: RopeScaling | undefined, maxPositions: number, sequenceLength: number): number {
  if (scaling?.kind === 'dynamic') return sequenceLength > maxPositions ? sequenceLength : 0;
  if (scaling?.kind === 'longrope') return sequenceLength > scaling.originalMaxPositions ? 1 : 0;
  return 0;
}
