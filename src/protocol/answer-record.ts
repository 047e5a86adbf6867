// A line of a prompt job's results/results.jsonl: one answer. Private: answers may speak of patients.
import type { StrategyName } from '../documents/cot/render';

export interface Extraction {
  /** Letter of the chosen option; undefined is no answer. */
  readonly letter: string | undefined;
  /** `letter` and `option-text` say what decided; `none` found nothing, `ambiguous` found more than one. */
  readonly rule: 'letter' | 'option-text' | 'none' | 'ambiguous';
  /** The characters that decided, or that were looked at in vain. */
  readonly taken: string;
}

export interface AnswerRecord {
  readonly schema: 1;
  /** Name and content identity of the model. */
  readonly model: string;
  readonly promptHash: string;
  readonly strategy: StrategyName;
  readonly repeat: number;
  readonly question: string;
  /** Place of the question in the set, from 0. */
  readonly index: number;
  /** Letters in the order the options were shown. */
  readonly letters: readonly string[];
  readonly gold: string;
  readonly seed: number;
  /** What the model said, unchanged. */
  readonly answer: string;
  readonly finishReason: string;
  readonly promptTokens?: number;
  readonly completionTokens?: number;
  /** Taken from the answer when it came; a summary always extracts again with the rules it names. */
  readonly extracted: Extraction;
}
