// What a stage takes from each source, and in which order. Shares, epochs or tokens become a number of tokens a source;
// whole documents are taken pass after pass, each pass in an order of its own, and the sources are interleaved evenly.
import { RandomStream } from '../../../base/math/random';
import { type LargestStage, type SourceAmount, type SourceSize, stageAmounts } from '../../../documents/mix/amounts/stage';
import type { Column, Columns, Numbers } from '../columns';
import { mixError } from '../plan/place';
import type { MixPlan } from '../plan/plan';
import type { Supply } from './supply';

/** Of one source: its documents in the order in which they are drawn, by place in the source's supply. */
export interface DrawnSource { readonly source: string; readonly supply: Supply; readonly drawn: Numbers }

/** A document of a stage: its source, by place in the stage, and its place in that source's supply. */
export interface DrawnDocument { readonly source: number; readonly at: number }

export interface DrawnStage {
  readonly sources: readonly DrawnSource[];
  /** In the order in which they are written. */
  readonly documents: Iterable<DrawnDocument>;
}

export function drawStage(plan: MixPlan, stageIndex: number, columns: Columns, training: ReadonlyMap<string, Supply>, sizeOf: (source: string) => SourceSize): DrawnStage {
  const stage = plan.mix.stages[stageIndex]!;
  const { seed } = plan.mix;
  const sizes = Object.fromEntries(Object.keys(stage.sources).map((source) => [source, sizeOf(source)]));
  const { sources, largest } = stageAmounts(stage, sizes, plan.mix.repeatCap);
  const drawn = sources.map((amount): DrawnSource => {
    const { source, tokens: quota = 0 } = amount;
    refuseShortage(plan, stageIndex, amount, sizes[source]!.tokens, largest);
    const supply = training.get(source)!;
    return { source, supply, drawn: drawDocuments(supply, columns, quota, `mix/${stage.name}/${source}`, seed) };
  });
  return { sources: drawn, documents: { [Symbol.iterator]: () => interleave(drawn, (source) => RandomStream.of(seed, `mix/${stage.name}/${source}/interleave`)) } };
}

/** Merged by key; of equal keys that of the earlier source comes first. The keys of one source ascend, so nothing is sorted. */
function* interleave(sources: readonly DrawnSource[], randomOf: (source: string) => RandomStream): Generator<DrawnDocument> {
  const heads = sources.map((one, source) => ({ source, keys: interleaveKeys(one, randomOf(one.source)) })).map(({ source, keys }) => ({ source, keys, next: keys.next() }));
  for (;;) {
    let least: (typeof heads)[number] | undefined;
    for (const head of heads) if (!head.next.done && (!least || head.next.value.key < (least.next.value as KeyedPlace).key)) least = head;
    if (!least) return;
    yield { source: least.source, at: (least.next.value as KeyedPlace).at };
    least.next = least.keys.next();
  }
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
function drawDocuments({ lengths }: Supply, columns: Columns, quota: number, purpose: string, seed: number): Column {
  const drawn = columns.make('uint32');
  let taken = 0;
  for (let epoch = 0; taken < quota; epoch++) {
    const order = shuffled(lengths.length, columns, RandomStream.of(seed, `${purpose}/epoch-${epoch}`));
    for (let place = 0; place < order.length && taken < quota; place++) {
      const at = order.at(place);
      const length = lengths.at(at)!;
      const overshoot = taken + length - quota;
      if (overshoot > quota - taken && drawn.length > 0) {
        taken = quota;
        break;
      }
      drawn.push(at);
      taken += length;
    }
    order.release();
  }
  return drawn;
}

/** As RandomStream.shuffled, over a column. */
function shuffled(count: number, columns: Columns, random: RandomStream): Column {
  const list = columns.make('uint32');
  for (let at = 0; at < count; at++) list.push(at);
  for (let i = count - 1; i > 0; i--) {
    const j = random.integer(i + 1);
    const held = list.at(i);
    list.set(i, list.at(j));
    list.set(j, held);
  }
  return list;
}

interface KeyedPlace { readonly key: number; readonly at: number }

/** Place of each document in [0, 1): a random point of the stretch of the source's tokens that it covers. */
function* interleaveKeys({ drawn, supply: { lengths } }: DrawnSource, random: RandomStream): Generator<KeyedPlace> {
  let total = 0;
  for (let place = 0; place < drawn.length; place++) total += lengths.at(drawn.at(place)!)!;
  let before = 0;
  for (let place = 0; place < drawn.length; place++) {
    const at = drawn.at(place)!;
    yield { key: (before + random.uniform() * lengths.at(at)!) / total, at };
    before += lengths.at(at)!;
  }
}
