// How prompts are put together beyond what the task file says: the options of lm-evaluation-harness's command line.
import type { ChatMessage } from './messages';

export interface ChatSettings {
  /** Each example is a turn of its own; otherwise all of them and the question are one message of the user. */
  readonly asMultiturn: boolean;
  /** The template itself, for the record. */
  readonly template: string;
  /** Renders with the model's chat template, ready for the answer. Throws a UserError when the template refuses. */
  readonly render: (messages: readonly ChatMessage[]) => string;
}

export interface PromptSettings {
  /** Examples before each question, for tasks that do not set 0 themselves. */
  readonly fewshotCount?: number;
  /** Seed of the examples that are drawn, anew for each task. */
  readonly fewshotSeed?: number;
  readonly systemInstruction?: string;
  /** Prompts are plain text when left out. */
  readonly chat?: ChatSettings;
}

/** The harness's own default for `--seed`'s fourth number. */
export const defaultFewshotSeed = 1234;
