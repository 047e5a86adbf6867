// Wrong options for a set of questions. They are right answers of other questions of the same set and attribute, each
// used about as often as it is right, so that neither how often a value was an answer in training nor how often it is
// offered says which option is gold.
import type { RandomStream } from '../../../base/math/random';
import { groupBy } from '../group-by';
import type { Fact, FactBase } from './facts';

export const optionLetters = ['A', 'B', 'C', 'D'] as const;

export interface OptionSet {
  readonly fact: Fact;
  readonly options: Readonly<Record<string, string>>;
  /** Letter of the right option. */
  readonly letter: string;
}

/** Four options a fact, gold letters balanced within one. The order of the facts is kept. */
export function drawOptions(facts: readonly Fact[], base: FactBase, random: RandomStream): OptionSet[] {
  const wrong = drawWrongValues(facts, base, random);
  const letters = balancedLetters(facts.length, random);
  return facts.map((fact, index) => {
    const letter = letters[index]!;
    const others = [...wrong.get(fact)!];
    return { fact, letter, options: Object.fromEntries(optionLetters.map((one) => [one, one === letter ? fact.value : others.shift()!])) };
  });
}

function balancedLetters(count: number, random: RandomStream): string[] {
  return random.shuffled(Array.from({ length: count }, (_, index) => optionLetters[index % optionLetters.length]!));
}

function drawWrongValues(facts: readonly Fact[], base: FactBase, random: RandomStream): Map<Fact, string[]> {
  const wrong = new Map<Fact, string[]>();
  for (const group of groupBy(facts, (fact) => fact.attribute).values()) {
    const timesRight = new Map<string, number>();
    for (const { value } of group) timesRight.set(value, (timesRight.get(value) ?? 0) + 1);
    const timesOffered = new Map<string, number>();
    // Facts with the fewest candidates choose first, or little would be left for them.
    const candidates = new Map(group.map((fact) => [fact, [...timesRight.keys()].filter((value) => base.isWrongFor(fact, value))]));
    for (const fact of random.shuffled(group).sort((a, b) => candidates.get(a)!.length - candidates.get(b)!.length)) {
      const rate = (value: string): number => (timesOffered.get(value) ?? 0) / timesRight.get(value)!;
      const chosen = random.shuffled(candidates.get(fact)!).sort((a, b) => rate(a) - rate(b)).slice(0, optionLetters.length - 1);
      for (const value of chosen) timesOffered.set(value, (timesOffered.get(value) ?? 0) + 1);
      wrong.set(fact, random.shuffled([...chosen, ...fillUp(fact, chosen, base, random)]));
    }
  }
  return wrong;
}

/** Values of the attribute from outside the set, when the set is too small to give three. */
function fillUp(fact: Fact, chosen: readonly string[], base: FactBase, random: RandomStream): string[] {
  const missing = optionLetters.length - 1 - chosen.length;
  if (missing === 0) return [];
  const more = random.shuffled(base.valuesOf(fact.attribute).filter((value) => !chosen.includes(value) && base.isWrongFor(fact, value))).slice(0, missing);
  if (more.length < missing) throw new Error(`Too few wrong options for ${fact.id}.`);
  return more;
}
