// Strategies of a prompt experiment. Each name is a switch of its own; several are combined with ` + `, such as
// `few-shot + chain-of-thought`. Medprompt is the sum of three of them (Nori et al. 2023, arXiv 2311.16452).
import { nearest } from '../../base/text/edit-distance';

export const strategyNames = [
  'direct', 'zero-shot', 'chain-of-thought', 'few-shot', 'knn-few-shot', 'self-generated-cot', 'self-consistency', 'choice-shuffle', 'medprompt',
] as const;
export type StrategySwitch = (typeof strategyNames)[number];
/** A switch, or several joined with ` + `. */
export type StrategyName = string;

/** What a name comes to. */
export interface Strategy {
  /** The answer is asked for with its reasoning. */
  readonly reasoning: boolean;
  /** Solved questions shown before: none, the first or chosen ones of the file, or those most like the question. */
  readonly exemplars: 'none' | 'first' | 'nearest';
  /** Their reasoning is the model's own, kept only where it led to the right answer. */
  readonly selfGenerated: boolean;
  /** Sampled at the temperature of self-consistency. */
  readonly sampled: boolean;
  /** The options of the question come in another order each time. */
  readonly shuffled: boolean;
}

const switches: Readonly<Record<StrategySwitch, Partial<Strategy>>> = {
  'direct': { reasoning: false },
  'zero-shot': { reasoning: false, exemplars: 'none' },
  'chain-of-thought': { reasoning: true },
  'few-shot': { exemplars: 'first' },
  'knn-few-shot': { exemplars: 'nearest' },
  'self-generated-cot': { reasoning: true, selfGenerated: true },
  'self-consistency': { sampled: true },
  'choice-shuffle': { shuffled: true },
  'medprompt': { reasoning: true, exemplars: 'nearest', selfGenerated: true, shuffled: true },
};

/** What the strategy is; a sentence when the name means nothing or its parts contradict each other. */
export function readStrategy(name: StrategyName): Strategy | string {
  const parts = partsOf(name);
  const unknown = parts.find((part) => !isSwitch(part));
  if (unknown !== undefined) {
    const like = nearest(unknown, strategyNames);
    return `there is no strategy "${unknown}"${like === undefined ? '' : `; did you mean ${like}?`}`;
  }
  if (new Set(parts).size < parts.length) return 'a strategy is named twice';
  const sum: Partial<Strategy> = {};
  for (const part of parts.filter(isSwitch)) {
    for (const [key, value] of Object.entries(switches[part])) {
      const before = sum[key as keyof Strategy];
      if (before !== undefined && before !== value) return `${part} contradicts the strategies before it`;
      Object.assign(sum, { [key]: value });
    }
  }
  if (sum.selfGenerated && sum.exemplars === 'none') return 'self-generated-cot shows solved questions, zero-shot shows none';
  return {
    // Votes over reasonings are what self-consistency is (Wang et al. 2022), unless the file says otherwise.
    reasoning: sum.reasoning ?? sum.sampled ?? false,
    exemplars: sum.exemplars ?? (sum.selfGenerated ? 'first' : 'none'),
    selfGenerated: sum.selfGenerated ?? false,
    sampled: sum.sampled ?? false,
    shuffled: sum.shuffled ?? false,
  };
}

/** Of a name that was checked when its file was read. */
export function strategyOf(name: StrategyName): Strategy {
  const strategy = readStrategy(name);
  if (typeof strategy === 'string') throw new Error(strategy);
  return strategy;
}

/** Several answers to a question come to one by vote. Of a name that means nothing: no. */
export function isVote(name: StrategyName): boolean {
  const strategy = readStrategy(name);
  return typeof strategy !== 'string' && (strategy.sampled || strategy.shuffled);
}

export function partsOf(name: StrategyName): string[] {
  return name.split('+').map((part) => part.trim());
}

function isSwitch(part: string): part is StrategySwitch {
  return strategyNames.some((name) => name === part);
}

/** As a template's `strategy` has it: how the answer is to be given, whatever is shown before. */
export function answerForm({ reasoning, sampled }: Strategy): 'direct' | 'chain-of-thought' | 'self-consistency' {
  return !reasoning ? 'direct' : sampled ? 'self-consistency' : 'chain-of-thought';
}
