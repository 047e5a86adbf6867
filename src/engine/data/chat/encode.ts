// A conversation to tokens and a loss mask: the answers and the EOS that ends each bear loss, all else is context. The
// whole rendering is tokenised at once, as transformers does, and answers are found in it by rendering prefixes.
import type { Tokenizer } from '../../tokenizer/tokenizer';
import type { ConversationMessage } from '../read/document';

export interface EncodedDocument {
  readonly ids: readonly number[];
  /** One entry a token; 1 bears loss. */
  readonly mask: Uint8Array;
  /** UTF-8 bytes of the text that bears loss, for bits per byte. */
  readonly bytes: number;
}

export interface ChatSettings {
  /** The tokenizer's own when undefined. */
  readonly chatTemplate: string | undefined;
  /** Put before conversations that have no system message. */
  readonly systemPrompt: string | undefined;
}

/** Why a conversation cannot be encoded; kebab case, counted. */
export type Refusal = 'special-token-in-message' | 'template-rewrites-earlier-turns';

/** A conversation as the model sees it, and which of its characters (UTF-16 units) bear loss. */
export interface RenderedConversation {
  readonly text: string;
  readonly learned: readonly (readonly [start: number, end: number])[];
  /** UTF-8 bytes of the answers. */
  readonly bytes: number;
  readonly learnsEnd: boolean;
}

export function renderConversation(given: readonly ConversationMessage[], tokenizer: Tokenizer, settings: ChatSettings): RenderedConversation | Refusal {
  const messages = settings.systemPrompt !== undefined && given[0]?.role !== 'system'
    ? [{ role: 'system', content: settings.systemPrompt }, ...given] : given;
  // A message that spells a special token could end its own turn or open another's.
  const special = [...tokenizer.specialTokens.keys()];
  if (messages.some(({ content }) => special.some((token) => content.includes(token)))) return 'special-token-in-message';

  const render = (count: number, addGenerationPrompt: boolean): string =>
    tokenizer.renderChat(messages.slice(0, count).map(({ role, content }) => ({ role, content })), {
      addGenerationPrompt, ...(settings.chatTemplate === undefined ? {} : { chatTemplate: settings.chatTemplate }),
    });
  const text = render(messages.length, false);
  const learned: [number, number][] = [];
  let bytes = 0;
  for (const [index, message] of messages.entries()) {
    if (!isLearned(message)) continue;
    const before = render(index, true);
    const through = render(index + 1, false);
    if (!text.startsWith(through) || !through.startsWith(before)) return 'template-rewrites-earlier-turns';
    learned.push([before.length, endOfAnswer(through, before.length, tokenizer)]);
    bytes += Buffer.byteLength(message.content, 'utf8');
  }
  return { text, learned, bytes, learnsEnd: isLearned(messages.at(-1)!) };
}

export function encodeConversation(given: readonly ConversationMessage[], tokenizer: Tokenizer, settings: ChatSettings): EncodedDocument | Refusal {
  const rendered = renderConversation(given, tokenizer, settings);
  if (typeof rendered === 'string') return rendered;
  const { text, learned, bytes, learnsEnd } = rendered;
  const ids = tokenizer.encode(text);
  const mask = new Uint8Array(ids.length);
  for (const [start, end] of learned) mask.fill(1, tokensWithin(text, ids, start, tokenizer), tokensUpTo(text, ids, end, tokenizer));
  return { ...endWithEos(ids, mask, tokenizer, learnsEnd), bytes };
}

function isLearned(message: ConversationMessage): boolean {
  return message.role === 'assistant' && message.trains !== false;
}

/** Cuts white space after a final EOS; adds the EOS where a template leaves the end open, since generation stops at it. */
function endWithEos(ids: readonly number[], mask: Uint8Array, tokenizer: Tokenizer, learnsEos: boolean): Pick<EncodedDocument, 'ids' | 'mask'> {
  const length = ids.lastIndexOf(tokenizer.endId) + 1;
  if (length > 0 && tokenizer.decode(ids.slice(length), { keepSpecialTokens: true }).trim() === '') {
    return { ids: ids.slice(0, length), mask: mask.slice(0, length) };
  }
  const closed = new Uint8Array(mask.length + 1);
  closed.set(mask);
  closed[mask.length] = learnsEos ? 1 : 0;
  return { ids: [...ids, tokenizer.endId], mask: closed };
}

/** White space a template puts after the EOS of an answer belongs to the template. */
function endOfAnswer(through: string, start: number, tokenizer: Tokenizer): number {
  const end = [...tokenizer.specialTokens].find(([, id]) => id === tokenizer.endId)?.[0];
  if (end === undefined) return through.length;
  const at = through.lastIndexOf(end);
  return at >= start && through.slice(at + end.length).trim() === '' ? at + end.length : through.length;
}

/** Tokens of `ids` that lie wholly before the character `offset`. */
function tokensWithin(full: string, ids: readonly number[], offset: number, tokenizer: Tokenizer): number {
  return boundary(full, ids, offset, tokenizer).whole;
}

/** Tokens of `ids` up to the one that holds the character before `offset`. */
function tokensUpTo(full: string, ids: readonly number[], offset: number, tokenizer: Tokenizer): number {
  const { whole, isExact } = boundary(full, ids, offset, tokenizer);
  return isExact ? whole : whole + 1;
}

/**
 * Where a character offset falls among the tokens. The tokens of the prefix alone are, but for the last few, those of the
 * whole; where they part, lengths of decoded text say which token reaches over the offset.
 */
function boundary(full: string, ids: readonly number[], offset: number, tokenizer: Tokenizer): { whole: number; isExact: boolean } {
  const prefix = tokenizer.encode(full.slice(0, offset));
  let shared = 0;
  while (shared < prefix.length && prefix[shared] === ids[shared]) shared += 1;
  if (shared === prefix.length) return { whole: shared, isExact: true };
  const textLength = (list: readonly number[]): number => tokenizer.decode(list, { keepSpecialTokens: true }).length;
  const wanted = textLength(prefix.slice(shared));
  let whole = shared;
  let length = 0;
  while (whole < ids.length) {
    const next = textLength(ids.slice(shared, whole + 1));
    if (next > wanted) break;
    length = next;
    whole += 1;
  }
  return { whole, isExact: length === wanted };
}
