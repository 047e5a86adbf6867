// Clinical passages: every fact in every phrasing, some behind a lead-in, and short passages that combine facts.
import type { RandomStream } from '../../../base/math/random';
import type { Attribute, Entity, Fact } from './facts';
import { combinedTemplates, fill, slotsOf, type PassageTemplates } from './templates';

export interface Passage {
  readonly id: string;
  readonly text: string;
  readonly entity: string;
  /** Attribute of the fact it says; several joined by `+`. */
  readonly attribute: string;
}

export interface PassageCounts {
  /** Passages of one fact alone; phrasings come round again behind lead-ins. */
  readonly perFact: number;
  /** Passages an entity that combine its facts. */
  readonly combinedPerEntity: number;
}

/** In random order. Every text is different, and every fact has at least every training phrasing `perFact` allows. */
export function writePassages(entities: readonly Entity[], templates: PassageTemplates, counts: PassageCounts, random: RandomStream): Passage[] {
  const passages = entities.flatMap((entity) => [
    ...entity.facts.flatMap((fact) => ofFact(fact, templates, counts.perFact, random)),
    ...combined(entity, templates, counts.combinedPerEntity, random),
  ]);
  return random.shuffled(passages).map((passage, index) => ({ id: `passage-${index + 1}`, ...passage }));
}

/** One passage a fact in a phrasing that no training passage has. */
export function writeHeldOutPassages(facts: readonly Fact[], templates: PassageTemplates, random: RandomStream): Passage[] {
  return facts.map((fact, index) => ({
    id: `heldout-${index + 1}`, text: say(random.pick(templates.phrasings[fact.attribute].heldOut), fact),
    entity: fact.entity, attribute: fact.attribute,
  }));
}

type Unnumbered = Omit<Passage, 'id'>;

function ofFact(fact: Fact, templates: PassageTemplates, count: number, random: RandomStream): Unnumbered[] {
  const texts = new Set<string>();
  const phrasings = random.shuffled(templates.phrasings[fact.attribute].training);
  const most = phrasings.length * (templates.leadIns.length + 1);
  for (let index = 0; texts.size < Math.min(count, most); index++) {
    const sentence = say(phrasings[index % phrasings.length]!, fact);
    texts.add(index < phrasings.length ? sentence : `${random.pick(templates.leadIns)} ${sentence}`);
  }
  return [...texts].map((text) => ({ text, entity: fact.entity, attribute: fact.attribute }));
}

function combined(entity: Entity, templates: PassageTemplates, count: number, random: RandomStream): Unnumbered[] {
  const values = { name: entity.name, ...Object.fromEntries(entity.facts.map((fact) => [fact.attribute, fact.value])) };
  return random.shuffled(combinedTemplates(templates, entity)).slice(0, count).map((template) => ({
    text: fill(template, values), entity: entity.name,
    attribute: slotsOf(template).filter((slot): slot is Attribute => slot !== 'name').join('+'),
  }));
}

function say(template: string, fact: Fact): string {
  return fill(template, { name: fact.entity, value: fact.value });
}
