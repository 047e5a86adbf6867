// What a stage takes from each source, and in which order. Shares, epochs or tokens become a number of tokens a source;
// whole documents are taken pass after pass, each pass in an order of its own, and the sources are interleaved evenly.
import { RandomStream } from '../../../base/math/random';
import { type LargestStage, type SourceAmount, type SourceSize, stageAmounts } from '../../../documents/mix/amounts/stage';
import { mixError } from '../plan/place';
import type { MixPlan } from '../plan/plan';
import { type Supply, tokensOf } from './supply';

/** Documents of a stage in the order they are written: of each its source, by place in `sources`, and its place in that source's supply. */
export interface DrawnStage { readonly sources: readonly string[]; readonly source: Uint16Array; readonly at: Uint32Array }

export function drawStage(plan: MixPlan, stageIndex: number, training: ReadonlyMap<string, Supply>, sizeOf: (source: string) => SourceSize): DrawnStage {
  const stage = plan.mix.stages[stageIndex]!;
  const sizes = Object.fromEntries(Object.keys(stage.sources).map((source) => [source, sizeOf(source)]));
  const { sources, largest } = stageAmounts(stage, sizes, plan.mix.repeatCap);
  const parts = sources.map((amount) => {
    const { source, tokens: quota = 0 } = amount;
    refuseShortage(plan, stageIndex, amount, sizes[source]!.tokens, largest);
    const supply = training.get(source)!;
    const drawn = drawDocuments(supply, quota, `mix/${stage.name}/${source}`, plan.mix.seed);
    return { drawn, keys: interleaveKeys(drawn, supply, RandomStream.of(plan.mix.seed, `mix/${stage.name}/${source}/interleave`)) };
  });
  return interleave(sources.map(({ source }) => source), parts);
}

/** In the order of the keys; of equal ones that of the earlier source, then the earlier document, comes first. */
function interleave(sources: readonly string[], parts: readonly { readonly drawn: Uint32Array; readonly keys: Float64Array }[]): DrawnStage {
  const total = parts.reduce((sum, { drawn }) => sum + drawn.length, 0);
  const keys = new Float64Array(total);
  const source = new Uint16Array(total);
  const at = new Uint32Array(total);
  let filled = 0;
  parts.forEach((part, index) => {
    keys.set(part.keys, filled);
    source.fill(index, filled, filled + part.drawn.length);
    at.set(part.drawn, filled);
    filled += part.drawn.length;
  });
  const order = Uint32Array.from(keys, (_, index) => index).sort((a, b) => keys[a]! - keys[b]! || a - b);
  return { sources, source: Uint16Array.from(order, (index) => source[index]!), at: Uint32Array.from(order, (index) => at[index]!) };
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
function drawDocuments(supply: Supply, quota: number, purpose: string, seed: number): Uint32Array {
  const drawn = new Places();
  let taken = 0;
  for (let epoch = 0; taken < quota; epoch++) {
    for (const at of shuffled(supply.lengths.length, RandomStream.of(seed, `${purpose}/epoch-${epoch}`))) {
      const length = supply.lengths[at]!;
      const overshoot = taken + length - quota;
      if (overshoot > quota - taken && drawn.length > 0) return drawn.all();
      drawn.push(at);
      taken += length;
      if (taken >= quota) return drawn.all();
    }
  }
  return drawn.all();
}

/** As RandomStream.shuffled, over numbers that lie close. */
function shuffled(count: number, random: RandomStream): Uint32Array {
  const list = Uint32Array.from({ length: count }, (_, at) => at);
  for (let i = count - 1; i > 0; i--) {
    const j = random.integer(i + 1);
    const held = list[i]!;
    list[i] = list[j]!;
    list[j] = held;
  }
  return list;
}

class Places {
  #places = new Uint32Array(1 << 8);
  length = 0;

  push(place: number): void {
    if (this.length === this.#places.length) {
      const more = new Uint32Array(2 * this.length);
      more.set(this.#places);
      this.#places = more;
    }
    this.#places[this.length++] = place;
  }

  all(): Uint32Array {
    return this.#places.subarray(0, this.length);
  }
}

/** Place of each document in [0, 1): a random point of the stretch of the source's tokens that it covers. */
function interleaveKeys(drawn: Uint32Array, { lengths }: Supply, random: RandomStream): Float64Array {
  const total = tokensOf({ documents: drawn, lengths: Uint32Array.from(drawn, (at) => lengths[at]!) });
  let before = 0;
  return Float64Array.from(drawn, (at) => {
    const key = (before + random.uniform() * lengths[at]!) / total;
    before += lengths[at]!;
    return key;
  });
}
