// Which facts are tested. Every drug and condition has exactly one tested fact, a third of all, even over attributes: the
// others teach how questions are asked, and no entity is met in instruction more often than another.
import type { RandomStream } from '../../../base/math/random';
import { groupBy } from '../group-by';
import type { Entity, Fact } from './facts';

export interface FactSplit {
  /** Appear in passages only. */
  readonly tested: readonly Fact[];
  /** Appear in passages and instruction dialogues. */
  readonly training: readonly Fact[];
}

/** `fold` counts from 1 and turns every entity's tested fact to its next, so that folds share no tested fact while there are facts. */
export function splitFacts(entities: readonly Entity[], random: RandomStream, fold = 1): FactSplit {
  const tested = new Set<Fact>();
  const shapes = groupBy(entities, (entity) => entity.facts.map((fact) => fact.attribute).join());
  for (const group of shapes.values()) {
    random.shuffled(group).forEach((entity, index) => tested.add(entity.facts[(index + fold - 1) % entity.facts.length]!));
  }
  const facts = entities.flatMap((entity) => entity.facts);
  return { tested: facts.filter((fact) => tested.has(fact)), training: facts.filter((fact) => !tested.has(fact)) };
}
