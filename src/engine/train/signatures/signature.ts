// What goes wrong in training has a shape in its numbers. A signature is one such shape, seen at a step; it is a finding
// for people, and changes nothing about training.
import type { SignatureKind } from '../../../protocol/events';
import type { DocumentsOfStage } from '../data-plan';

export interface Signature {
  readonly kind: SignatureKind;
  readonly step: number;
  /** One sentence with its numbers. */
  readonly message: string;
  /** The metric it was seen in; the training loss when absent. */
  readonly metric?: string;
  /** Updates whose batches are concerned, first and last. */
  readonly updates: { readonly from: number; readonly to: number };
}

/** What detectors see of an update. */
export interface ObservedUpdate {
  readonly step: number;
  readonly loss: number;
  readonly documents: readonly DocumentsOfStage[];
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/**
 * Standard deviation of the noise of a series, from the median of its steps: neither a few outliers nor the fall of a
 * loss that is learning move it.
 */
export function robustSpread(values: readonly number[]): number {
  const steps = values.slice(1).map((value, i) => Math.abs(value - values[i]!));
  const medianOfNormal = 0.6745;
  return steps.length === 0 ? 0 : median(steps) / (medianOfNormal * Math.SQRT2);
}
