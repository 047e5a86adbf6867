// Prompt and completion: two texts, or two lists of chat messages as in TRL's conversational form.
import type { ConversationMessage } from './document';
import { chatMessages } from './chat';
import { textOf } from './conversation';
import type { JsonRecord } from './records/record';

export function promptCompletionMessages(record: JsonRecord): ConversationMessage[] {
  const { prompt, completion } = record;
  if (Array.isArray(prompt) && Array.isArray(completion)) return chatMessages({ messages: [...prompt as unknown[], ...completion as unknown[]] });
  return [{ role: 'user', content: textOf(prompt, 'prompt') }, { role: 'assistant', content: textOf(completion, 'completion') }];
}
