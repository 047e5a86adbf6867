// Hugging Face chats: `messages` of {role, content}, where content is a text or a list of text parts
// ({type: "text", text | value}) and an answer may carry a loss_weight.
import type { ConversationMessage } from './document';
import { BadConversation, textOf } from './conversation';
import { isRecord, type JsonRecord } from './records/record';

const roles = ['system', 'user', 'assistant'];

export function chatMessages(record: JsonRecord): ConversationMessage[] {
  const messages = record['messages'];
  if (!Array.isArray(messages)) throw new BadConversation('no-messages', '`messages` is not a list', 'messages');
  return messages.map((message: unknown, index) => {
    const key = `messages.${index}`;
    if (!isRecord(message)) throw new BadConversation('no-messages', `\`${key}\` is not an object`, key);
    const role = message['role'];
    if (typeof role !== 'string' || !roles.includes(role)) {
      throw new BadConversation('unknown-role', `\`${key}.role\` is none of ${roles.join(', ')}`, `${key}.role`);
    }
    const weight = message['loss_weight'];
    return { role, content: contentOf(message['content'], `${key}.content`), ...(role === 'assistant' && weight === 0 ? { trains: false } : {}) };
  });
}

function contentOf(content: unknown, key: string): string {
  if (!Array.isArray(content)) return textOf(content, key);
  return content.map((part: unknown, index) => {
    if (!isRecord(part) || part['type'] !== 'text') throw new BadConversation('not-text', `\`${key}.${index}\` is not a text part`, `${key}.${index}`);
    return textOf(part['text'] ?? part['value'], `${key}.${index}.text`);
  }).join('');
}
