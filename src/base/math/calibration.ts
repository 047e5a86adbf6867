// How far a model's confidence is from how often it is right: bins of equal width and the expected calibration error
// (Guo et al. 2017, "On Calibration of Modern Neural Networks", equations 1 to 3, with their 15 bins).

export interface CalibrationBin {
  /** Confidences from above `from` up to and with `to`. */
  readonly from: number;
  readonly to: number;
  readonly n: number;
  /** Of the answers in it; 0 when there are none. */
  readonly accuracy: number;
  readonly confidence: number;
}

export interface Calibration {
  readonly n: number;
  /** Mean over answers of how far their bin's accuracy is from its confidence, 0 … 1. */
  readonly expectedError: number;
  readonly confidence: number;
  readonly accuracy: number;
  readonly bins: readonly CalibrationBin[];
}

const binCount = 15;

/** @param answers probability the model gave the answer it chose, and whether that was right. Undefined for none. */
export function calibrationOf(answers: readonly { readonly confidence: number; readonly isRight: boolean }[]): Calibration | undefined {
  if (answers.length === 0) return undefined;
  const sums = Array.from({ length: binCount }, () => ({ n: 0, right: 0, confidence: 0 }));
  for (const { confidence, isRight } of answers) {
    const bin = sums[Math.max(0, Math.min(binCount - 1, Math.ceil(confidence * binCount) - 1))]!;
    bin.n += 1;
    bin.right += Number(isRight);
    bin.confidence += confidence;
  }
  const total = (of: 'right' | 'confidence'): number => sums.reduce((sum, bin) => sum + bin[of], 0) / answers.length;
  return {
    n: answers.length, confidence: total('confidence'), accuracy: total('right'),
    expectedError: sums.reduce((sum, { right, confidence }) => sum + Math.abs(right - confidence), 0) / answers.length,
    bins: sums.map(({ n, right, confidence }, index) => ({
      from: index / binCount, to: (index + 1) / binCount, n, accuracy: n === 0 ? 0 : right / n, confidence: n === 0 ? 0 : confidence / n,
    })),
  };
}

/** Probabilities of options from their log-likelihoods (nats): a softmax over the options alone. */
export function optionProbabilities(logLikelihoods: readonly number[]): number[] {
  const largest = Math.max(...logLikelihoods);
  if (!Number.isFinite(largest)) return logLikelihoods.map(() => 1 / logLikelihoods.length);
  const weights = logLikelihoods.map((value) => Math.exp(value - largest));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}
