// The scale of a source's slider, and amounts for its positions. Pure.
import { rebalanced, summingToOne } from '../../src/documents/mix/amounts/rounding';
import { type Amount, type AmountKind, mostTokens, type SourceSize, type StageSettings } from '../../src/documents/mix/amounts/stage';

export interface Scale { readonly min: number; readonly max: number; readonly step: number }

export function kindOfAmount(amount: Amount): AmountKind {
  return 'share' in amount ? 'share' : 'epochs' in amount ? 'epochs' : 'tokens';
}

export function valueOf(amount: Amount): number {
  return 'share' in amount ? amount.share : 'epochs' in amount ? amount.epochs : amount.tokens;
}

export function amountOf(kind: AmountKind, value: number): Amount {
  switch (kind) {
    case 'share': return { share: value };
    case 'epochs': return { epochs: value };
    case 'tokens': return { tokens: value };
  }
}

/** Reaches to what the source can supply, and to the value that stands in the file where that is more. */
export function scaleOf(amount: Amount, size: SourceSize | undefined, repeatCap: number): Scale {
  const value = valueOf(amount);
  switch (kindOfAmount(amount)) {
    case 'share': return { min: 0, max: 1, step: 0.01 };
    case 'epochs': return { min: 0.01, max: Math.max(repeatCap, Math.ceil(value)), step: 0.01 };
    case 'tokens': return tokenScale(Math.max(size ? mostTokens(size.tokens, repeatCap) : 2 * value, value));
  }
}

/** About two hundred round steps up to at least `most`. */
export function tokenScale(most: number): Scale {
  const rough = Math.max(1, most / 200);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((digit) => digit * power).find((one) => one >= rough)!;
  return { min: step, max: Math.ceil(most / step) * step, step };
}

/** Amounts of the stage with one source's moved; in shares the others give way when the sum is kept. */
export function movedAmounts(stage: StageSettings, source: string, value: number, keepSum: boolean): Record<string, Amount> {
  const kind = kindOfAmount(stage.sources[source]!);
  const names = Object.keys(stage.sources);
  const isAllShares = Object.values(stage.sources).every((amount) => 'share' in amount);
  if (kind !== 'share' || !keepSum || !isAllShares) return { [source]: amountOf(kind, value) };
  return sharesOf(names, rebalanced(Object.values(stage.sources).map(valueOf), names.indexOf(source), value));
}

export function mendedShares(stage: StageSettings): Record<string, Amount> {
  return sharesOf(Object.keys(stage.sources), summingToOne(Object.values(stage.sources).map(valueOf)));
}

function sharesOf(names: readonly string[], shares: readonly number[]): Record<string, Amount> {
  return Object.fromEntries(names.map((name, index) => [name, { share: shares[index]! }]));
}
