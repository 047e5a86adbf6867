// A multiple-choice question as prompting sees it, wherever it was read from.
import type { AnswerOption } from '../../documents/cot/render';

export interface PromptQuestion {
  readonly id: string;
  readonly question: string;
  /** In the order of the file; letters are those of the file. */
  readonly options: readonly AnswerOption[];
  /** Letter of the right option. */
  readonly answer: string;
  /** Records of one group, such as a patient's, know of each other. */
  readonly group?: string;
  /** The id is the record's own, not its place in the file. */
  readonly hasOwnId?: boolean;
  /** How the answer follows, where the file says so. */
  readonly reasoning?: string;
}
