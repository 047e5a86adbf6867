// One source from its files to tokens: read, drop what is too short, filtered out, seen before or contaminated, screen and
// encode the rest. Whatever is dropped is counted by reason.
import type { SourceFilters } from '../../../documents/mix/filters';
import type { PhiScreen } from '../../../documents/mix/schema';
import type { PhiDocument } from '../../../protocol/mix-findings';
import type { Tokenizer } from '../../tokenizer/tokenizer';
import { encodeConversation, type ChatSettings } from '../chat/encode';
import type { PlannedSource } from '../plan/plan';
import { placeText, type BadRecord, type ConversationMessage, type ReadOptions, type SourceDocument } from '../read/document';
import { readDocuments } from '../read/read';
import { filterFault } from '../filters/filter';
import { Signatures, type Signer } from '../near/signature';
import { redactDocument, screenDocument } from '../phi/screen-document';
import type { Decontaminator, Hit } from './decontaminate';
import { normalisedHash, wholeText } from './normalise';
import { TokenStore } from './token-store';

/** Hashes of texts seen so far, with the document that was the first. */
export interface SeenTexts {
  has(textHash: string): boolean;
  set(textHash: string, document: string): unknown;
}

export interface CollectSettings {
  /** Name of the source or held-out set; documents without a group get one of their own under it. */
  readonly name: string;
  readonly source: PlannedSource;
  readonly read: ReadOptions;
  readonly groupBy: string | undefined;
  readonly minimumCharacters: number;
  readonly filters: SourceFilters | undefined;
  /** Undefined: documents are not screened for protected health information. */
  readonly phiScreen: PhiScreen | undefined;
  /** Of documents that state none. */
  readonly licence: string | undefined;
  /** Undefined: duplicates are kept. */
  readonly seen: SeenTexts | undefined;
  readonly decontaminator: Decontaminator | undefined;
  /** Undefined: near-duplicates are not looked for. */
  readonly signer: Signer | undefined;
  readonly tokenizer: Tokenizer;
  readonly chat: ChatSettings;
  /** Most tokens of a document: longer texts are split, longer conversations cut. Infinity in a mix of text. */
  readonly maximumTokens: number;
  readonly onDocument: (documentsRead: number) => Promise<void>;
}

export interface Collected {
  readonly store: TokenStore;
  documentsRead: number;
  documentsKept: number;
  tokens: number;
  bytes: number;
  readonly setAside: Record<string, number>;
  readonly leftOut: Record<string, number>;
  readonly licences: Record<string, number>;
  /** Conversations cut to `maximumTokens`, and texts split. */
  truncated: number;
  split: number;
  /** Of the kept documents, by their position; when near-duplicates are looked for. */
  readonly signatures?: Signatures;
  /** Documents in which the screen found something, when there is one. */
  readonly phi?: PhiDocument[];
  readonly hits: { readonly document: string; readonly place: string; readonly hit: Hit }[];
  /** First of each kind of bad record, for the report and for a source with nothing else. */
  readonly firstBad: Map<string, BadRecord>;
  /** Records that could not be read, the first `badRecordsListed` of them. */
  readonly badRecords: BadRecord[];
}

/** Of one source; all are counted. */
export const badRecordsListed = 10_000;

export async function collect(settings: CollectSettings): Promise<Collected> {
  const collected: Collected = {
    store: new TokenStore(), documentsRead: 0, documentsKept: 0, tokens: 0, bytes: 0, setAside: {}, leftOut: {}, licences: {},
    truncated: 0, split: 0, hits: [], firstBad: new Map(), badRecords: [], ...(settings.signer ? { signatures: new Signatures(settings.signer.length) } : {}),
    ...(settings.phiScreen ? { phi: [] } : {}),
  };
  for (const file of settings.source.files) {
    for await (const item of readDocuments(file, file.format, settings.read)) {
      collected.documentsRead += 1;
      if (item.kind === 'bad') {
        if (!collected.firstBad.has(item.reason)) collected.firstBad.set(item.reason, item);
        if (collected.badRecords.length < badRecordsListed) collected.badRecords.push(item);
        increase(collected.setAside, item.reason);
      } else {
        const reason = keep(item, collected, settings);
        if (reason !== undefined) increase(collected.setAside, reason);
      }
      await settings.onDocument(collected.documentsRead);
    }
  }
  return collected;
}

/** Adds the document, or says why not. */
function keep(original: SourceDocument, collected: Collected, settings: CollectSettings): string | undefined {
  const read = wholeText(original);
  if (isShorter(read, settings.minimumCharacters)) return 'too-short';
  const fault = settings.filters && filterFault(read, original.licence ?? settings.licence, settings.filters);
  if (fault !== undefined) return fault;
  const group = groupOf(original, settings, collected.documentsRead);
  if (group === undefined) return 'no-group-field';
  const document = screen(original, collected, settings);
  if (!document) return 'phi-found';
  const textHash = normalisedHash(document);
  if (settings.seen?.has(textHash)) return 'duplicate';
  settings.seen?.set(textHash, document.id);
  // In the text as it was read: what a redaction puts in would hide a question.
  const hit = settings.decontaminator?.find(original);
  if (hit) {
    collected.hits.push({ document: document.id, place: placeText(document.place), hit });
    return 'contaminated';
  }
  const facts: Facts = { group, textHash, document: collected.documentsRead };
  if (document.kind === 'text') {
    addText(document.text, facts, collected, settings);
  } else {
    const refusal = addConversation(document.messages, facts, collected, settings);
    if (refusal !== undefined) return refusal;
  }
  collected.documentsKept += 1;
  const signature = settings.signer?.sign(wholeText(document));
  if (signature) collected.signatures?.add(collected.documentsRead, signature);
  for (const [part, count] of Object.entries(document.leftOut ?? {})) increase(collected.leftOut, part, count);
  if (document.licence !== undefined) increase(collected.licences, document.licence);
  return undefined;
}

/** The document as it goes on, and what was found in it noted; undefined when it goes no further. */
function screen(document: SourceDocument, collected: Collected, { phiScreen }: CollectSettings): SourceDocument | undefined {
  if (!phiScreen) return document;
  const findings = screenDocument(document);
  if (findings.length === 0) return document;
  collected.phi?.push({ document: document.id, place: placeText(document.place), findings });
  if (phiScreen === 'drop') return undefined;
  return phiScreen === 'redact' ? redactDocument(document, findings) : document;
}

interface Facts { readonly group: string; readonly textHash: string; readonly document: number }

function addText(text: string, facts: Facts, collected: Collected, { tokenizer, maximumTokens }: CollectSettings): void {
  const ids = tokenizer.encode(text, { addSpecialTokens: true, specialTokensAsText: true });
  if (ids.at(-1) !== tokenizer.endId) ids.push(tokenizer.endId);
  const bytes = Buffer.byteLength(text, 'utf8');
  if (ids.length > maximumTokens) collected.split += 1;
  for (let start = 0; start < ids.length; start += maximumTokens) {
    add(ids.slice(start, start + maximumTokens), undefined, { ...facts, bytes: start === 0 ? bytes : 0 }, collected);
  }
}

/** Says why when it cannot. */
function addConversation(messages: readonly ConversationMessage[], facts: Facts, collected: Collected, { tokenizer, chat, maximumTokens }: CollectSettings): string | undefined {
  const encoded = encodeConversation(messages, tokenizer, chat);
  if (typeof encoded === 'string') return encoded;
  const { ids, mask, bytes } = encoded;
  if (ids.length <= maximumTokens) {
    add(ids, mask, { ...facts, bytes }, collected);
    return undefined;
  }
  const cut = mask.subarray(0, maximumTokens);
  if (!cut.includes(1)) return 'answer-past-sequence-length';
  collected.truncated += 1;
  const learned = ids.slice(0, maximumTokens).filter((_, i) => cut[i] === 1);
  add(ids.slice(0, maximumTokens), cut, { ...facts, bytes: Buffer.byteLength(tokenizer.decode(learned), 'utf8') }, collected);
  return undefined;
}

function add(ids: readonly number[], mask: Uint8Array | undefined, facts: Facts & { readonly bytes: number }, collected: Collected): void {
  collected.store.add(ids, mask, facts);
  collected.tokens += ids.length;
  collected.bytes += facts.bytes;
}

/** Key of the document's group; undefined when `groupBy` names a field it does not have. */
function groupOf(document: SourceDocument, { name, groupBy }: CollectSettings, position: number): string | undefined {
  const field = groupBy ?? document.naturalGroup;
  if (field === undefined) return `${name}#${position}`;
  const file = document.place.file;
  const value = document.attribute(field) ?? (field === 'file' ? file : field === 'folder' ? file.replace(/\/?[^/]*$/, '') : undefined);
  return value === undefined ? undefined : `${field}:${value}`;
}

/** Fewer characters (code points) than `minimum`, which need not be counted to the end. */
function isShorter(text: string, minimum: number): boolean {
  return text.length < 2 * minimum && Array.from(text).length < minimum;
}

export function increase(counts: Record<string, number>, key: string, by = 1): void {
  counts[key] = (counts[key] ?? 0) + by;
}
