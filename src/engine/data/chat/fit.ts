// A conversation as it is stored: cut to the longest that a mix with instructions takes.
import type { Tokenizer } from '../../tokenizer';
import type { ConversationMessage } from '../read/document';
import { type ChatSettings, encodeConversation, type EncodedDocument, type Refusal } from './encode';

export interface FittedConversation extends EncodedDocument { readonly isCut: boolean }

/** A cut that leaves no token to train on is refused. */
export function fitConversation(messages: readonly ConversationMessage[], tokenizer: Tokenizer, chat: ChatSettings, maximumTokens: number): FittedConversation | Refusal | 'answer-past-sequence-length' {
  const encoded = encodeConversation(messages, tokenizer, chat);
  if (typeof encoded === 'string' || encoded.ids.length <= maximumTokens) return typeof encoded === 'string' ? encoded : { ...encoded, isCut: false };
  const ids = encoded.ids.slice(0, maximumTokens);
  const mask = encoded.mask.subarray(0, maximumTokens);
  if (!mask.includes(1)) return 'answer-past-sequence-length';
  const learned = ids.filter((_, i) => mask[i] === 1);
  return { ids, mask, bytes: Buffer.byteLength(tokenizer.decode(learned), 'utf8'), isCut: true };
}
