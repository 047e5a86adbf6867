// A multiple-choice question as prompting sees it, wherever it was read from.
import type { AnswerOption } from '../../documents/cot/render';

export interface PromptQuestion {
  readonly id: string;
  readonly question: string;
  /** In the order they are shown; letters are as shown to the model. */
  readonly options: readonly AnswerOption[];
  /** Letter of the right option. */
  readonly answer: string;
}
