// Orders requests into forward passes. Requests that differ in their last token only share one (a question with the choices
// A to D costs one pass). Passes that begin alike (after the same examples, or options of one question) form a tree, in
// which what is common is computed once; the others are batched with passes of like length, as in lm-evaluation-harness's
// Collator.
import { userError } from '../../base/errors/problem';
import type { EncodedPair } from './encode-pair';

/** One input sequence and the requests it answers. */
export interface Pass {
  readonly input: readonly number[];
  readonly requests: { readonly index: number; readonly continuation: readonly number[] }[];
}

export interface PlanLimits {
  /** Longest input, in tokens; longer ones lose their beginning. */
  readonly maxPositions: number;
  /** Most tokens of a batch, padding included; a single longer pass is a batch of its own. */
  readonly tokensPerBatch: number;
  /** Equal for lengths of input whose keys and values are alike; all are when left out. */
  readonly regime?: (length: number) => number;
}

export interface ScoringPlan {
  /** Passes that begin alike, each tree of one rotary regime. */
  readonly trees: readonly SharedBranch[];
  /** Longest first, so that memory runs out at once or not at all. */
  readonly batches: readonly (readonly Pass[])[];
}

/** Tokens that passes have in common, computed once, and what comes after them. */
export interface SharedBranch {
  /** Any of the passes: its tokens `from` … `to` are those of the branch. */
  readonly input: readonly number[];
  readonly from: number;
  readonly to: number;
  readonly children: readonly SharedNode[];
}

/** The rest of one pass, from token `from` on; it holds every row that predicts a continuation. */
export interface SharedLeaf { readonly pass: Pass; readonly from: number }

export type SharedNode = SharedBranch | SharedLeaf;

export function planScoring(pairs: readonly EncodedPair[], { maxPositions, tokensPerBatch, regime = () => 0 }: PlanLimits): ScoringPlan {
  const byRegime = new Map<number, Pass[]>();
  for (const pass of distinctPasses(pairs, maxPositions)) {
    const key = regime(pass.input.length);
    const alike = byRegime.get(key);
    if (alike) alike.push(pass);
    else byRegime.set(key, [pass]);
  }
  const nodes = [...byRegime.values()].flatMap((passes) => growTree(passes.sort((a, b) => inOrder(a.input, b.input)), 0));
  return { trees: nodes.filter(isBranch), batches: batchesOf(nodes.flatMap((node) => (isBranch(node) ? [] : [node.pass])), tokensPerBatch) };
}

export function isBranch(node: SharedNode): node is SharedBranch {
  return 'children' in node;
}

/** How many of a pass's last rows predict its continuations. */
export function rowsThatPredict({ requests }: Pass): number {
  return Math.max(...requests.map(({ continuation }) => continuation.length));
}

/** Tokens that two sequences begin with in common. */
export function sharedLength(a: readonly number[], b: readonly number[]): number {
  let length = 0;
  while (length < a.length && length < b.length && a[length] === b[length]) length += 1;
  return length;
}

/** Below this many tokens a batch of whole passes is cheaper than a branch and what is after it. */
const fewestFromTheStart = 32;
/** The same of a branch of a branch, which costs a copy of what is kept. */
const fewestFurther = 8;

/** @param passes in order, all alike in their first `from` tokens. */
function growTree(passes: readonly Pass[], from: number): SharedNode[] {
  const fewest = from + (from === 0 ? fewestFromTheStart : fewestFurther);
  const groups: Pass[][] = [];
  for (const pass of passes) {
    const group = groups.at(-1);
    const previous = group?.at(-1);
    if (group && previous && sharedLength(previous.input, pass.input) >= fewest) group.push(pass);
    else groups.push([pass]);
  }
  return groups.flatMap((group): SharedNode[] => {
    const [first, last] = [group[0]!, group.at(-1)!];
    // In order, what the first and the last begin with all begin with.
    const to = Math.min(sharedLength(first.input, last.input), ...group.map((pass) => pass.input.length - rowsThatPredict(pass)));
    if (group.length === 1 || to <= from) return group.map((pass) => ({ pass, from }));
    return [{ input: first.input, from, to, children: growTree(group, to) }];
  });
}

function inOrder(a: readonly number[], b: readonly number[]): number {
  const shared = sharedLength(a, b);
  return (a[shared] ?? -1) - (b[shared] ?? -1);
}

function distinctPasses(pairs: readonly EncodedPair[], maxPositions: number): Pass[] {
  const passes = new Map<string, Pass>();
  pairs.forEach(({ context, continuation }, index) => {
    if (continuation.length > maxPositions) {
      throw userError({
        code: 'likelihood-continuation-too-long', value: `${continuation.length} tokens`,
        message: `The continuation is longer than the ${maxPositions} positions of the model.`, next: 'Shorten the choices, or use a model with more positions.',
      });
    }
    const input = [...context, ...continuation].slice(-(maxPositions + 1), -1);
    const key = input.join(' ');
    const pass = passes.get(key) ?? { input, requests: [] };
    pass.requests.push({ index, continuation });
    passes.set(key, pass);
  });
  return [...passes.values()];
}

function batchesOf(passes: readonly Pass[], tokensPerBatch: number): Pass[][] {
  const batches: Pass[][] = [];
  let room = 0;
  for (const pass of [...passes].sort((a, b) => b.input.length - a.input.length)) {
    const current = batches.at(-1);
    if (current === undefined || room < current[0]!.input.length) {
      batches.push([pass]);
      room = tokensPerBatch;
    } else {
      current.push(pass);
    }
    room -= batches.at(-1)![0]!.input.length;
  }
  return batches;
}
