// ShareGPT: `conversations` of {from, value} with human and gpt, and an optional `system` beside them.
import type { ConversationMessage } from './document';
import { BadConversation, textOf } from './conversation';
import { isRecord, type JsonRecord } from './records/record';

const roleOf: Readonly<Record<string, string>> = { system: 'system', human: 'user', user: 'user', gpt: 'assistant', assistant: 'assistant' };

export function shareGptMessages(record: JsonRecord): ConversationMessage[] {
  const turns = record['conversations'];
  if (!Array.isArray(turns)) throw new BadConversation('no-messages', '`conversations` is not a list', 'conversations');
  const messages = turns.map((turn: unknown, index) => {
    const key = `conversations.${index}`;
    if (!isRecord(turn)) throw new BadConversation('no-messages', `\`${key}\` is not an object`, key);
    const from = turn['from'];
    const role = typeof from === 'string' ? roleOf[from] : undefined;
    if (role === undefined) throw new BadConversation('unknown-role', `\`${key}.from\` is none of ${Object.keys(roleOf).join(', ')}`, `${key}.from`);
    return { role, content: textOf(turn['value'], `${key}.value`) };
  });
  const system = record['system'];
  return typeof system === 'string' && system.trim() !== '' ? [{ role: 'system', content: textOf(system, 'system') }, ...messages] : messages;
}
