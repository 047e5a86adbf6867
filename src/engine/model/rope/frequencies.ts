// Rotary frequencies by kind of scaling, as transformers' modeling_rope_utils.py computes them; rounded to f32 where it
// rounds, so that both see equal angles.
// Legend: h head size, h2 = h/2.
import type { Llama3Scaling, LongRopeScaling, RopeScaling, YarnScaling } from './scaling';

/** What decides the frequencies; a `ModelConfig` is one. */
export interface RopeShape {
  readonly headSize: number;
  readonly maxPositions: number;
  readonly ropeTheta: number;
  readonly ropeScaling?: RopeScaling | undefined;
}

export interface RotaryFrequencies {
  /** Radians a position turns each pair of features. */
  readonly inverse_h2: Float32Array;
  /** Multiplies cosines and sines, so that scores grow by its square. */
  readonly attentionFactor: number;
}

/** The frequencies of a sequence of this many tokens; on the length only `dynamic` and `longrope` depend. */
export function rotaryFrequencies(shape: RopeShape, sequenceLength: number): RotaryFrequencies {
  const { headSize, ropeTheta, maxPositions, ropeScaling: scaling } = shape;
  const plain = (theta: number): Float32Array => wavesOf(theta, headSize).map((wave) => 1 / wave);
  switch (scaling?.kind) {
    case undefined: return { inverse_h2: plain(ropeTheta), attentionFactor: 1 };
    case 'linear': return { inverse_h2: plain(ropeTheta).map((frequency) => frequency / scaling.factor), attentionFactor: 1 };
    case 'dynamic': {
      const length = Math.max(sequenceLength, maxPositions);
      const stretch = (scaling.factor * length) / maxPositions - (scaling.factor - 1);
      return { inverse_h2: plain(ropeTheta * stretch ** (headSize / (headSize - 2))), attentionFactor: 1 };
    }
    case 'yarn': return yarn(scaling, shape);
    case 'longrope': return longRope(scaling, shape, sequenceLength);
    case 'llama3': return { inverse_h2: llama3(scaling, plain(ropeTheta)), attentionFactor: 1 };
  }
}

/** theta^(2i/h): positions over which a pair of features turns by one radian. */
function wavesOf(theta: number, headSize: number): Float32Array {
  return Float32Array.from({ length: headSize / 2 }, (_, i) => theta ** Math.fround((2 * i) / headSize));
}

function yarn(scaling: YarnScaling, { headSize, ropeTheta }: RopeShape): RotaryFrequencies {
  const { factor, originalMaxPositions, mscale, mscaleAllDim } = scaling;
  const featureOf = (turns: number): number => (headSize * Math.log(originalMaxPositions / (turns * 2 * Math.PI))) / (2 * Math.log(ropeTheta));
  const [from, to] = [featureOf(scaling.betaFast), featureOf(scaling.betaSlow)];
  const low = Math.max(scaling.truncate ? Math.floor(from) : from, 0);
  const high = Math.min(scaling.truncate ? Math.ceil(to) : to, headSize - 1);
  const width = (low === high ? high + 0.001 : high) - low;
  const inverse_h2 = wavesOf(ropeTheta, headSize).map((wave, i) => {
    const ramp = Math.fround(Math.min(1, Math.max(0, (i - low) / width)));
    const kept = Math.fround(1 - ramp);
    const interpolated = Math.fround(1 / Math.fround(factor * wave));
    return Math.fround(interpolated * Math.fround(1 - kept)) + Math.fround(Math.fround(1 / wave) * kept);
  });
  const growth = (weight: number): number => (factor <= 1 ? 1 : 0.1 * weight * Math.log(factor) + 1);
  const recommended = mscale && mscaleAllDim ? growth(mscale) / growth(mscaleAllDim) : growth(1);
  return { inverse_h2, attentionFactor: scaling.attentionFactor ?? recommended };
}

function longRope(scaling: LongRopeScaling, { headSize, ropeTheta, maxPositions }: RopeShape, sequenceLength: number): RotaryFrequencies {
  const { originalMaxPositions } = scaling;
  const divisors = sequenceLength > originalMaxPositions ? scaling.longFactor : scaling.shortFactor;
  const inverse_h2 = wavesOf(ropeTheta, headSize).map((wave, i) => 1 / Math.fround(Math.fround(divisors[i]!) * wave));
  const factor = scaling.factor ?? maxPositions / originalMaxPositions;
  const recommended = factor <= 1 ? 1 : Math.sqrt(1 + Math.log(factor) / Math.log(originalMaxPositions));
  return { inverse_h2, attentionFactor: scaling.attentionFactor ?? recommended };
}

function llama3({ factor, originalMaxPositions, lowFrequencyFactor, highFrequencyFactor }: Llama3Scaling, plain_h2: Float32Array): Float32Array {
  return plain_h2.map((frequency) => {
    const wavelength = Math.fround((2 * Math.PI) / frequency);
    if (wavelength > originalMaxPositions / lowFrequencyFactor) return frequency / factor;
    if (wavelength < originalMaxPositions / highFrequencyFactor) return frequency;
    const smooth = (originalMaxPositions / wavelength - lowFrequencyFactor) / (highFrequencyFactor - lowFrequencyFactor);
    return ((1 - smooth) * frequency) / factor + smooth * frequency;
  });
}
