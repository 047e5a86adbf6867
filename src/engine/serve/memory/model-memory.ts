// What requests under way may take of a model's memory: keys and values of each sequence, and the answers while they are made.
import type { GenerationTask } from '../messages';
import { ByteGate } from './byte-gate';
import type { MemoryPlan } from './plan';

/** A token of an answer that is told with its log-probability, and one alternative to it: as objects of two threads and as JSON. */
const bytesPerReport = 200;
const bytesPerAlternative = 150;
const bytesPerPlainToken = 16;

export class ModelMemory {
  readonly #keyValues: ByteGate;
  readonly #answers: ByteGate;

  constructor(private readonly plan: Pick<MemoryPlan, 'keyValueBytes' | 'answerBytes' | 'bytesPerToken'>) {
    this.#keyValues = new ByteGate(plan.keyValueBytes);
    this.#answers = new ByteGate(plan.answerBytes);
  }

  /** For a sequence of at most so many tokens, which must be within the context. Resolves, when there is room, to what gives it back. */
  async takeSequence(tokens: number, signal: AbortSignal): Promise<() => void> {
    return this.#keyValues.take(tokens * this.plan.bytesPerToken, signal);
  }

  /** For the answer to a whole request; undefined when it can never be had. */
  async takeAnswer(bytes: number, signal: AbortSignal): Promise<(() => void) | undefined> {
    return bytes > this.#answers.totalBytes ? undefined : this.#answers.take(bytes, signal);
  }
}

/** At most, of all choices together. @param promptTokens of all prompts. @param room tokens left in the context of each prompt, together. */
export function answerBytes(task: GenerationTask, promptTokens: number, room: number): number {
  const perToken = task.logprobs === undefined ? bytesPerPlainToken : bytesPerReport + task.logprobs * bytesPerAlternative;
  const said = task.maxTokens === undefined ? room : task.maxTokens * task.prompts.length;
  return task.n * perToken * (said + (task.echo ? promptTokens : 0));
}
