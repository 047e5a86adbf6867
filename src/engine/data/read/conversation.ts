// What makes a conversation usable, whatever form it came in: an optional system message, then user and assistant in
// turns, the last word the assistant's, nothing empty.
import { badRecord, placeText, type BadRecord, type ConversationDocument, type ConversationMessage, type Place } from './document';
import { scalarAt, type JsonRecord } from './records/record';

export class BadConversation extends Error {
  constructor(readonly reason: string, message: string, readonly key?: string) {
    super(message);
  }
}

/** The conversation of a record; `toMessages` throws BadConversation for what it cannot read. */
export function toConversation(record: JsonRecord, place: Place, toMessages: (record: JsonRecord) => ConversationMessage[]): ConversationDocument | BadRecord {
  try {
    const messages = toMessages(record);
    checkTurns(messages);
    return {
      kind: 'conversation', id: scalarAt(record, 'id') ?? placeText(place), messages, place,
      attribute: (name) => scalarAt(record, name),
    };
  } catch (error) {
    if (error instanceof BadConversation) return badRecord(error.reason, place, error.message, error.key);
    throw error;
  }
}

function checkTurns(messages: readonly ConversationMessage[]): void {
  messages.forEach((message, index) => {
    if (message.content.trim() === '') throw new BadConversation('empty-message', `message ${index + 1} is empty`);
  });
  const turns = messages[0]?.role === 'system' ? messages.slice(1) : messages;
  if (turns.length === 0) throw new BadConversation('no-turns', 'there is no question and no answer');
  turns.forEach((message, index) => {
    const expected = index % 2 === 0 ? 'user' : 'assistant';
    if (message.role !== expected) throw new BadConversation('roles-do-not-alternate', `turn ${index + 1} is ${message.role} where ${expected} is due`);
  });
  if (turns.length % 2 === 1) throw new BadConversation('no-answer-at-the-end', 'the last turn is the user\'s');
  if (!turns.some((message) => message.role === 'assistant' && message.trains !== false)) {
    throw new BadConversation('nothing-to-learn', 'every answer has a loss weight of 0');
  }
}

/** Text of a field, or a BadConversation. */
export function textOf(value: unknown, key: string): string {
  if (typeof value === 'string') return value.replaceAll('\r\n', '\n');
  throw new BadConversation('no-text', `\`${key}\` is not a text`, key);
}
