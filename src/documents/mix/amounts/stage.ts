// What a stage takes from each source: shares, epochs or tokens become whole tokens a source, with the passes that makes,
// whether the sources can supply it, and the largest stage they can supply. Pure: the engine builds by it, and the form
// shows it while a slider is dragged. Rules of OLMo-core's SourceMixture.
import { largestRemainder } from './rounding';

export type Amount = { readonly share: number } | { readonly epochs: number } | { readonly tokens: number };
export type AmountKind = 'share' | 'epochs' | 'tokens';

/** A source as a stage can draw on it, once over: what is left after deduplication, checks and held-out documents. */
export interface SourceSize {
  readonly documents: number;
  readonly tokens: number;
  /** UTF-8 bytes of the text that bears loss. */
  readonly bytes: number;
}

export interface StageSettings {
  readonly name: string;
  /** Total of a stage in shares. */
  readonly tokens?: number | undefined;
  readonly sources: Readonly<Record<string, Amount>>;
}

export interface SourceAmount {
  readonly source: string;
  readonly amount: Amount;
  /** Tokens wanted of the source; undefined when that depends on a size nobody knows yet. */
  readonly tokens: number | undefined;
  /** Of the stage's tokens, 0 to 1. */
  readonly share: number | undefined;
  /** Passes over the source; undefined when its size is not known or it is empty. */
  readonly epochs: number | undefined;
  /** Most tokens the source can supply under the repeat cap. */
  readonly mostTokens: number | undefined;
  readonly fault?: 'empty' | 'repeat-cap';
}

export interface StageAmounts {
  readonly name: string;
  /** `mixed` when the sources are given in more than one kind, which no stage may. */
  readonly kind: AmountKind | 'mixed';
  /** Sum over the sources, as far as it is known. */
  readonly tokens: number;
  readonly sources: readonly SourceAmount[];
  /** Most the stage can have under the repeat cap: at its shares, else of its sources together. Undefined while a size is not known. */
  readonly mostTokens: number | undefined;
  /** Undefined while a size that decides is not known. */
  readonly feasible: boolean | undefined;
  /** Of a stage that is not feasible: the largest one that is, in the same kind. Absent when a source has nothing left at all. */
  readonly largest?: LargestStage;
}

/** Values to put in the place of the stage's own. */
export interface LargestStage {
  readonly tokens: number;
  /** The stage's total, when it is given in shares. */
  readonly total?: number;
  /** Amounts that change, by source. */
  readonly amounts: Readonly<Record<string, Amount>>;
}

/** Sizes may be missing: what depends on them is then undefined. */
export function stageAmounts(stage: StageSettings, sizes: Readonly<Record<string, SourceSize | undefined>>, repeatCap: number): StageAmounts {
  const entries = Object.entries(stage.sources);
  const kind = kindOf(stage);
  const quotas = stageQuotas(stage, (source) => sizes[source]?.tokens);
  const total = quotas.reduce((sum: number, tokens) => sum + (tokens ?? 0), 0);
  const sources = entries.map(([source, amount], index): SourceAmount => {
    const tokens = quotas[index];
    const available = sizes[source]?.tokens;
    const fault = tokens === undefined || available === undefined ? undefined : supplyFault(tokens, available, repeatCap);
    return {
      source, amount, tokens,
      share: tokens === undefined || total === 0 || quotas.includes(undefined) ? undefined : tokens / total,
      epochs: tokens === undefined || !available ? undefined : tokens / available,
      mostTokens: available === undefined ? undefined : mostTokens(available, repeatCap),
      ...(fault ? { fault } : {}),
    };
  });
  const faulty = sources.some((one) => one.fault !== undefined);
  const known = sources.every((one) => one.tokens !== undefined && (one.mostTokens !== undefined || one.tokens === 0));
  const largest = faulty ? largestStage(kind, sources, repeatCap) : undefined;
  return { name: stage.name, kind, tokens: total, sources, mostTokens: mostOfStage(kind, sources), feasible: faulty ? false : known ? true : undefined, ...(largest ? { largest } : {}) };
}

export function kindOf(stage: StageSettings): AmountKind | 'mixed' {
  const kinds = new Set(Object.values(stage.sources).flatMap((amount) => Object.keys(amount) as AmountKind[]));
  return kinds.size === 1 ? [...kinds][0]! : 'mixed';
}

/** Tokens wanted of each source, in the order of the stage; undefined where `tokensOf` does not know a size that is needed. */
export function stageQuotas(stage: StageSettings, tokensOf: (source: string) => number | undefined): (number | undefined)[] {
  const amounts = Object.entries(stage.sources);
  const shares = amounts.map(([, amount]) => ('share' in amount ? amount.share : 0));
  const ofShares = stage.tokens === undefined ? [] : largestRemainder(shares, stage.tokens);
  return amounts.map(([source, amount], index) => {
    if ('share' in amount) return ofShares[index];
    if ('tokens' in amount) return amount.tokens;
    const available = tokensOf(source);
    return available === undefined ? undefined : Math.round(amount.epochs * available);
  });
}

/** Rounding to whole tokens must not refuse what the cap allows. */
export function mostTokens(available: number, repeatCap: number): number {
  return Math.ceil(repeatCap * available);
}

export function supplyFault(needed: number, available: number, repeatCap: number): SourceAmount['fault'] {
  if (needed > 0 && available === 0) return 'empty';
  return needed > mostTokens(available, repeatCap) ? 'repeat-cap' : undefined;
}

function mostOfStage(kind: StageAmounts['kind'], sources: readonly SourceAmount[]): number | undefined {
  if (kind === 'mixed' || sources.some((one) => one.mostTokens === undefined)) return undefined;
  return kind === 'share' ? largestTotal(sources) ?? 0 : sources.reduce((sum, one) => sum + one.mostTokens!, 0);
}

function largestStage(kind: StageAmounts['kind'], sources: readonly SourceAmount[], repeatCap: number): LargestStage | undefined {
  if (kind === 'mixed' || sources.some((one) => one.fault === 'empty')) return undefined;
  if (kind === 'share') {
    const total = largestTotal(sources);
    return total === undefined ? undefined : { tokens: total, total, amounts: {} };
  }
  const short = sources.filter((one) => one.fault !== undefined);
  return {
    tokens: sources.reduce((sum, { tokens = 0, mostTokens: most, fault }) => sum + (fault ? most! : tokens), 0),
    amounts: Object.fromEntries(short.map(({ source, mostTokens: most }) => [source, kind === 'tokens' ? { tokens: most! } : { epochs: repeatCap }])),
  };
}

/** Largest total at these shares for which every source can supply its own. */
function largestTotal(sources: readonly SourceAmount[]): number | undefined {
  const shares = sources.map(({ amount }) => ('share' in amount ? amount.share : 0));
  const bound = Math.min(...sources.map((one, index) => (one.mostTokens === undefined || shares[index] === 0 ? Infinity : one.mostTokens / shares[index]!)));
  const fits = (total: number): boolean => largestRemainder(shares, total).every((tokens, index) => tokens <= (sources[index]!.mostTokens ?? Infinity));
  // Shares that do not sum to exactly 1 leave tokens over, which rounding hands out: go down until they fit too.
  let total = Math.floor(bound);
  while (total > 0 && !fits(total)) total = Math.floor(total * (1 - 1e-6)) - 1;
  return total > 0 ? total : undefined;
}
