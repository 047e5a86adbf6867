// The rule that the whole study rests on: outside the passages no document brings a tested entity and its tested value
// together. Used where dialogues are composed at random; a test searches what was written.
import type { Fact } from './facts';

export function leakFinder(tested: readonly Fact[]): (text: string) => Fact | undefined {
  const patterns = tested.map((fact) => ({ fact, entity: asWords(fact.entity), value: asWords(fact.value) }));
  return (text) => {
    const words = asWords(text);
    return patterns.find(({ entity, value }) => words.includes(entity) && words.includes(value))?.fact;
  };
}

/** Lower case, one space around every word, so that a part of a word does not count. */
function asWords(text: string): string {
  return ` ${text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, ' ').trim()} `;
}
