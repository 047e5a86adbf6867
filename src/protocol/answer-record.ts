// A line of a prompt job's results/results.jsonl: one answer. Private: answers may speak of patients.
import type { ChatMessage, StrategyName } from '../documents/cot/render';

export interface Extraction {
  /** Letter of the chosen option, as the question's file has it; undefined is no answer. */
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
  /** Letters of the options. */
  readonly letters: readonly string[];
  /** Where the options were shown in another order: for each place shown the place in the file. */
  readonly order?: readonly number[];
  /** Ids of the solved questions shown before, in their order. */
  readonly exemplars?: readonly string[];
  /** The prompt, where it is more than the file and the question: with solved questions or in another order. */
  readonly messages?: readonly ChatMessage[];
  readonly gold: string;
  readonly seed: number;
  /** What the model said, unchanged. */
  readonly answer: string;
  readonly finishReason: string;
  readonly promptTokens?: number;
  readonly completionTokens?: number;
  /** Of the call; absent where the answer was kept from an earlier one. */
  readonly durationMs?: number;
  /** Name and version of the rules that read the letter, such as `auto@1`. */
  readonly extractor?: string;
  /** Taken from the answer when it came; a summary always extracts again with the rules it names. */
  readonly extracted: Extraction;
}
