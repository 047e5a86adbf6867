// Alpaca: instruction, input (joined by a line break when there is one) and output; LLaMA-Factory adds system and history.
import type { ConversationMessage } from './document';
import { BadConversation, textOf } from './conversation';
import type { JsonRecord } from './records/record';

export function alpacaMessages(record: JsonRecord): ConversationMessage[] {
  const optional = (key: string): string => {
    const value = record[key];
    return value === undefined || value === null ? '' : textOf(value, key);
  };
  const instruction = textOf(record['instruction'], 'instruction');
  const input = optional('input');
  const system = optional('system');
  return [
    ...(system.trim() === '' ? [] : [{ role: 'system', content: system }]),
    ...earlierTurns(record['history']),
    { role: 'user', content: input.trim() === '' ? instruction : `${instruction}\n${input}` },
    { role: 'assistant', content: textOf(record['output'], 'output') },
  ];
}

function earlierTurns(history: unknown): ConversationMessage[] {
  if (history === undefined || history === null) return [];
  if (!Array.isArray(history)) throw new BadConversation('no-messages', '`history` is not a list of pairs', 'history');
  return history.flatMap((pair: unknown, index) => {
    if (!Array.isArray(pair) || pair.length !== 2) throw new BadConversation('no-messages', `\`history.${index}\` is not a pair`, `history.${index}`);
    return [{ role: 'user', content: textOf(pair[0], `history.${index}.0`) }, { role: 'assistant', content: textOf(pair[1], `history.${index}.1`) }];
  });
}
