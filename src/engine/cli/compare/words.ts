// Numbers of comparisons as the terminal shows them.
import type { Estimate } from '../../../base/math/statistics';

export function signed(value: number): string {
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(3)}`;
}

/** `+0.032 ± 0.012`. */
export function signedWithError({ value, standardError }: Estimate): string {
  return `${signed(value)} ± ${standardError?.toFixed(3) ?? 'N/A'}`;
}

/** `0.457 ± 0.012`. */
export function withError({ value, standardError }: Estimate): string {
  return `${value.toFixed(3)} ± ${standardError?.toFixed(3) ?? 'N/A'}`;
}

export function pValue(p: number): string {
  return p < 0.001 ? '< 0.001' : p.toFixed(3);
}
