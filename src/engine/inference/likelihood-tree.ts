// Scores passes that begin alike: what is common goes through the model once, into a cache of keys and values that each of
// those after it takes on, and as many branches as a forward pass has room for go through it together.
import { KeyValueCache, type Model, type SequencePart } from '../model';
import { breathe } from './cooperate';
import type { LikelihoodResult } from './interfaces';
import { Targets } from './likelihood-passes';
import { isBranch, rowsThatPredict, type SharedBranch, type SharedNode } from './likelihood-plan';

/** Tokens of a forward pass: a stop can come in between, and few caches are kept at once. */
const tokensAtOnce = 1024;

/** Results as they come, by the index of their request. */
export async function* scoreTree(model: Model, tree: SharedBranch, signal: AbortSignal | undefined): AsyncGenerator<Map<number, LikelihoodResult>> {
  const waiting: Step[] = [new Step(tree)];
  const underWay: Step[] = [];
  try {
    while (waiting.length > 0) {
      await breathe(signal);
      const parts = takeParts(waiting, underWay);
      const targets = new Targets();
      let first = 0;
      for (const { step, count } of parts) {
        if (!isBranch(step.node) && step.left === count) targets.add(step.node.pass, first + count);
        first += count;
      }
      yield await targets.score(model, () => model.hiddenOfParts(parts.map(({ step, count }) => step.part(count))));
      // What is after a branch comes next, so that its cache is soon free.
      for (const step of underWay.splice(0)) waiting.push(...(step.left > 0 ? [step] : step.finish()));
    }
  } finally {
    for (const step of [...waiting, ...underWay]) step.dispose();
  }
}

/** The steps of one forward pass and how many tokens of each; they move from `waiting` to `underWay`. */
function takeParts(waiting: Step[], underWay: Step[]): { step: Step; count: number }[] {
  const parts: { step: Step; count: number }[] = [];
  for (let room = tokensAtOnce; room > 0 && waiting.length > 0;) {
    const step = waiting.at(-1)!;
    const count = step.left <= room ? step.left : Math.min(room, step.mayWait);
    if (count > 0) parts.push({ step, count });
    // Rows that predict are computed in one pass, however many they are.
    else if (parts.length === 0) parts.push({ step, count: step.left });
    else break;
    underWay.push(waiting.pop()!);
    room -= parts.at(-1)!.count;
  }
  return parts;
}

/** A cache that several steps begin with; the last of them takes it over, the others copy it. */
interface Beginning { readonly cache: KeyValueCache; users: number }

/** A branch or a leaf on its way through the model. */
class Step {
  #cache: KeyValueCache | undefined;

  constructor(readonly node: SharedNode, private readonly beginning?: Beginning) {}

  get input(): readonly number[] {
    return isBranch(this.node) ? this.node.input : this.node.pass.input;
  }

  /** Tokens still to go through the model. */
  get left(): number {
    return this.#end - (this.#cache?.length ?? this.node.from);
  }

  /** Of those, tokens that need not go together with the last. */
  get mayWait(): number {
    return isBranch(this.node) ? this.left : this.left - rowsThatPredict(this.node.pass);
  }

  get #end(): number {
    return isBranch(this.node) ? this.node.to : this.input.length;
  }

  /** Its next tokens. */
  part(count: number): SequencePart {
    const cache = this.#cache ??= this.#begin();
    return { ids_T: Int32Array.from(this.input.slice(cache.length, cache.length + count)), cache, sequenceLength: this.input.length };
  }

  /** To be called when nothing is left: what comes after it. */
  finish(): Step[] {
    const { node } = this;
    if (!isBranch(node)) {
      this.dispose();
      return [];
    }
    const beginning = { cache: this.#cache!, users: node.children.length };
    this.#cache = undefined;
    return node.children.map((child) => new Step(child, beginning));
  }

  dispose(): void {
    this.#cache?.dispose();
    if (this.#cache === undefined && this.beginning) leave(this.beginning);
    this.#cache = undefined;
  }

  #begin(): KeyValueCache {
    const { beginning } = this;
    if (beginning === undefined) return new KeyValueCache();
    if (beginning.users > 1) {
      beginning.users -= 1;
      return beginning.cache.copy(beginning.cache.length, this.input.length);
    }
    beginning.users = 0;
    return beginning.cache;
  }
}

function leave(beginning: Beginning): void {
  beginning.users -= 1;
  if (beginning.users === 0) beginning.cache.dispose();
}
