// How prompts are put together, from the options of the command line or of a study's step, which have the same names.
import { userError } from '../../../base/errors/problem';
import type { EvaluatePrompt } from '../../../protocol/job-file';

export interface PromptOptions {
  readonly numFewshot?: number | undefined;
  readonly fewshotSeed?: number | undefined;
  readonly systemInstruction?: string | undefined;
  readonly applyChatTemplate?: boolean | undefined;
  /** Undefined is as with true, where there is a chat template. */
  readonly fewshotAsMultiturn?: boolean | undefined;
}

export function evaluatePrompt({ numFewshot, fewshotSeed, systemInstruction, applyChatTemplate, fewshotAsMultiturn }: PromptOptions): EvaluatePrompt {
  return {
    ...(numFewshot === undefined ? {} : { fewshotCount: numFewshot }),
    ...(fewshotSeed === undefined ? {} : { fewshotSeed }),
    ...(systemInstruction === undefined ? {} : { systemInstruction }),
    ...(applyChatTemplate ? { chat: { asMultiturn: fewshotAsMultiturn ?? true } } : {}),
  };
}

/** Turns are written by a chat template: on the command line both have to be asked for. */
export function demandTemplateForTurns({ applyChatTemplate, fewshotAsMultiturn }: PromptOptions): void {
  if (fewshotAsMultiturn === true && !applyChatTemplate) {
    throw userError({ code: 'multiturn-without-template', key: '--fewshot-as-multiturn', message: 'turns are written by a chat template', next: 'Give --apply-chat-template too.' });
  }
}
