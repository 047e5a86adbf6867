// A prompt as lm-evaluation-harness builds it: messages, written one after another or rendered with a chat template
// (lm_eval/api/utils.py and fewshot_context in lm_eval/api/task.py, version 0.4.13).
import { UserError } from '../../../base/errors/problem';
import { endsWithSpace, startsWithSpace } from '../../../base/text/python-space';
import type { ChatSettings } from './settings';

export interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

export interface PromptMessage extends ChatMessage {
  /** What follows it in plain text. */
  readonly delimiter: string;
}

/** Both texts, with the delimiter between them unless there is white space already; one alone when the other is empty. */
export function joinDelimited(first: string, second: string, delimiter: string): string {
  if (first === '' || second === '') return first + second;
  return endsWithSpace(first) || startsWithSpace(second) ? first + second : first + delimiter + second;
}

export function plainPrompt(messages: readonly PromptMessage[]): string {
  return messages.map(({ content, delimiter }) => content + delimiter).join('');
}

export interface RenderedPrompt {
  readonly text: string;
  /** The template knows no system role: the message was left out, as the harness does. */
  readonly systemLeftOut: boolean;
}

/** Ends where the model's answer begins. */
export function chatPrompt(messages: readonly PromptMessage[], { asMultiturn, render }: ChatSettings): RenderedPrompt {
  const chat = asMultiturn ? messages.map(({ role, content }) => ({ role, content })) : singleTurn(messages);
  try {
    return { text: render(chat), systemLeftOut: false };
  } catch (error) {
    const withoutSystem = chat.filter(({ role }) => role !== 'system');
    if (!(error instanceof UserError) || withoutSystem.length === chat.length) throw error;
    return { text: render(withoutSystem), systemLeftOut: true };
  }
}

/** Everything after a system message as one message of the user, written as in plain text. */
function singleTurn(messages: readonly PromptMessage[]): ChatMessage[] {
  const system = messages.filter(({ role }) => role === 'system').map(({ role, content }) => ({ role, content }));
  return [...system, { role: 'user', content: plainPrompt(messages.filter(({ role }) => role !== 'system')) }];
}
