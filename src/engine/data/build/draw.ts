// What a stage takes from each source, and in which order. Shares, epochs or tokens become a number of tokens a source;
// whole documents are taken pass after pass, each pass in an order of its own, and the sources are interleaved evenly.
import { RandomStream } from '../../../base/math/random';
import { type LargestStage, type SourceAmount, type SourceSize, stageAmounts } from '../../../documents/mix/amounts/stage';
import { mixError } from '../plan/place';
import type { MixPlan } from '../plan/plan';
import type { Selection } from './held-out';
import type { StoredDocument } from './token-store';

export interface Drawn { readonly source: string; readonly document: StoredDocument }

/** Documents of a stage in the order they are written. */
export function drawStage(plan: MixPlan, stageIndex: number, training: ReadonlyMap<string, Selection>): Drawn[] {
  const stage = plan.mix.stages[stageIndex]!;
  const sizes = Object.fromEntries(Object.keys(stage.sources).map((source) => [source, sizeOf(training.get(source)!)]));
  const { sources, largest } = stageAmounts(stage, sizes, plan.mix.repeatCap);
  const keyed = sources.flatMap((amount) => {
    const { source, tokens: quota = 0 } = amount;
    refuseShortage(plan, stageIndex, amount, sizes[source]!.tokens, largest);
    const drawn = drawDocuments(training.get(source)!.documents, quota, `mix/${stage.name}/${source}`, plan.mix.seed);
    return interleaveKeys(drawn, RandomStream.of(plan.mix.seed, `mix/${stage.name}/${source}/interleave`))
      .map((at, i) => ({ at, source, document: drawn[i]! }));
  });
  return keyed.sort((a, b) => a.at - b.at).map(({ source, document }) => ({ source, document }));
}

/** What a stage can draw on, once over. Pieces of one document count as one. */
export function sizeOf({ documents }: Selection): SourceSize {
  return {
    documents: new Set(documents.map((one) => one.document)).size,
    tokens: tokensOf(documents), bytes: documents.reduce((sum, document) => sum + document.bytes, 0),
  };
}

export function tokensOf(documents: readonly StoredDocument[]): number {
  return documents.reduce((sum, document) => sum + document.length, 0);
}

/** As the form shows it beforehand: the same function decides here and there. */
function refuseShortage(plan: MixPlan, stageIndex: number, { source, tokens = 0, fault }: SourceAmount, available: number, largest: LargestStage | undefined): void {
  if (fault === undefined) return;
  const key = ['stages', stageIndex, 'sources', source];
  const value = `${tokens} tokens`;
  if (fault === 'empty') {
    throw mixError(plan.file, key, {
      code: 'mix-source-empty', value, message: `source ${source} has no documents left to train on`,
      next: 'See what was set aside and why, and give the source documents it can use.',
    });
  }
  throw mixError(plan.file, key, {
    code: 'mix-repeat-cap', value,
    message: `source ${source} would be repeated ${(tokens / available).toFixed(2)} times: ${value} are needed, ${available} are available, and repeatCap is ${plan.mix.repeatCap}`,
    next: `Give the source more documents, take less of it, or raise repeatCap.${largest ? ` The largest stage its sources can supply has ${largest.tokens} tokens.` : ''}`,
  });
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
