// What a stage takes from each source, and in which order. Shares, epochs or tokens become a number of tokens a source;
// whole documents are taken pass after pass, each pass in an order of its own, and the sources are interleaved evenly.
import { RandomStream } from '../../../base/math/random';
import type { MixStage } from '../../../documents/mix/schema';
import { mixError } from '../plan/place';
import type { MixPlan } from '../plan/plan';
import type { Selection } from './held-out';
import type { StoredDocument } from './token-store';

export interface Drawn { readonly source: string; readonly document: StoredDocument }

/** Documents of a stage in the order they are written. */
export function drawStage(plan: MixPlan, stageIndex: number, training: ReadonlyMap<string, Selection>): Drawn[] {
  const stage = plan.mix.stages[stageIndex]!;
  const names = Object.keys(stage.sources);
  const quotas = stageQuotas(stage, training);
  const keyed = names.flatMap((source, index) => {
    const documents = training.get(source)!.documents;
    checkSupply(plan, stageIndex, source, quotas[index]!, tokensOf(documents));
    const drawn = drawDocuments(documents, quotas[index]!, `mix/${stage.name}/${source}`, plan.mix.seed);
    return interleaveKeys(drawn, RandomStream.of(plan.mix.seed, `mix/${stage.name}/${source}/interleave`))
      .map((at, i) => ({ at, source, document: drawn[i]! }));
  });
  return keyed.sort((a, b) => a.at - b.at).map(({ source, document }) => ({ source, document }));
}

export function tokensOf(documents: readonly StoredDocument[]): number {
  return documents.reduce((sum, document) => sum + document.length, 0);
}

/** Tokens wanted of each source, in the order of the stage. */
function stageQuotas(stage: MixStage, training: ReadonlyMap<string, Selection>): number[] {
  const amounts = Object.entries(stage.sources);
  const shares = amounts.flatMap(([, amount]) => ('share' in amount ? [amount.share] : []));
  if (shares.length > 0) return largestRemainder(shares, stage.tokens!);
  return amounts.map(([source, amount]) => {
    if ('tokens' in amount) return amount.tokens;
    return 'epochs' in amount ? Math.round(amount.epochs * tokensOf(training.get(source)!.documents)) : 0;
  });
}

/** Whole numbers that sum to `total` and are closest to its shares; of equal remainders the earlier gets the unit. */
export function largestRemainder(shares: readonly number[], total: number): number[] {
  const exact = shares.map((share) => share * total);
  const rounded = exact.map(Math.floor);
  const missing = total - rounded.reduce((sum, value) => sum + value, 0);
  const order = exact.map((_, index) => index).sort((a, b) => (exact[b]! - rounded[b]!) - (exact[a]! - rounded[a]!) || a - b);
  for (let i = 0; i < missing; i++) rounded[order[i % order.length]!]! += 1;
  return rounded;
}

function checkSupply(plan: MixPlan, stageIndex: number, source: string, needed: number, available: number): void {
  const key = ['stages', stageIndex, 'sources', source];
  if (needed > 0 && available === 0) {
    throw mixError(plan.file, key, {
      code: 'mix-source-empty', value: `${needed} tokens`, message: `source ${source} has no documents left to train on`,
      next: 'See what was set aside and why, and give the source documents it can use.',
    });
  }
  const cap = plan.mix.repeatCap;
  // Rounding to whole tokens must not refuse what the cap allows.
  if (needed > Math.ceil(cap * available)) {
    throw mixError(plan.file, key, {
      code: 'mix-repeat-cap', value: `${needed} tokens`,
      message: `source ${source} would be repeated ${(needed / available).toFixed(2)} times: ${needed} tokens are needed, ${available} are available, and repeatCap is ${cap}`,
      next: 'Give the source more documents, take less of it, or raise repeatCap.',
    });
  }
}

/** Documents pass after pass until their tokens are as close to `quota` as whole documents come. */
function drawDocuments(documents: readonly StoredDocument[], quota: number, purpose: string, seed: number): StoredDocument[] {
  const drawn: StoredDocument[] = [];
  let taken = 0;
  for (let epoch = 0; taken < quota; epoch++) {
    for (const document of RandomStream.of(seed, `${purpose}/epoch-${epoch}`).shuffled(documents)) {
      const overshoot = taken + document.length - quota;
      if (overshoot > quota - taken && drawn.length > 0) return drawn;
      drawn.push(document);
      taken += document.length;
      if (taken >= quota) return drawn;
    }
  }
  return drawn;
}

/** Place of each document in [0, 1): a random point of the stretch of the source's tokens that it covers. */
function interleaveKeys(drawn: readonly StoredDocument[], random: RandomStream): number[] {
  const total = tokensOf(drawn);
  let before = 0;
  return drawn.map((document) => {
    const at = (before + random.uniform() * document.length) / total;
    before += document.length;
    return at;
  });
}
