// The text by which documents are compared: for exact duplicates, and against questions.
import { createHash } from 'node:crypto';
import type { SourceDocument } from '../read/document';

/** All of a document's words; of a conversation, every message. */
export function wholeText(document: SourceDocument): string {
  return document.kind === 'text' ? document.text : document.messages.map((message) => message.content).join('\n');
}

/** Hash of the text without regard to case, Unicode composition and white space; roles of a conversation count. */
export function textKeyOf(document: SourceDocument): Buffer {
  const text = document.kind === 'text' ? document.text : document.messages.map(({ role, content }) => `${role}\u0000${content}`).join('\u0000');
  const normal = text.normalize('NFC').toLowerCase().replace(/\p{White_Space}+/gu, ' ').trim();
  return createHash('sha256').update(normal).digest().subarray(0, 16);
}
