// The third step: the documents of a piece that are left, as tokens. Texts end with the end-of-text token; in a mix with
// instructions they are split, and conversations cut, at the sequence length. encoded.bin has a row a stored document.
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { ChatSettings } from '../chat/encode';
import { fitConversation } from '../chat/fit';
import type { ConversationMessage, SourceDocument } from '../read/document';
import type { EncodeTexts, Tokenizer } from '../../tokenizer';
import { digest, type OutputFile, readStep, stepFolder, writeStep } from './artefact';
import { littleEndian } from '../build/write';
import { type DocumentRecord, documentOf, readFolder, textsName, type Turn } from './read-step';
import { RowsView } from './rows';
import { rowsName, screenedDocument, screenFolder, type ScreenTask } from './screen-step';
import { TextReader } from './text-reader';

/** Raised when the same documents would be encoded otherwise than before. */
const encodeVersion = 1;

export interface EncodeSettings {
  readonly tokenizerFolder: string;
  /** Content of the tokenizer's files. */
  readonly tokenizerKey: string;
  readonly chat: ChatSettings;
  /** Most tokens of a document: longer texts are split, longer conversations cut. Infinity in a mix of text. */
  readonly maximumTokens: number;
}

export interface EncodeTask {
  readonly screened: ScreenTask;
  readonly encode: EncodeSettings;
  /** One byte a row of the screen step: 1 is to be encoded. */
  readonly wanted: Uint8Array;
}

export interface EncodeSummary {
  readonly documents: number;
  readonly tokens: number;
  /** Where they are. */
  readonly folder: string;
}

export const tokensName = 'tokens.bin';
export const maskName = 'mask.bin';
export const encodedName = 'encoded.bin';
const wantedName = 'wanted.bin';

/** Texts encoded together, where that is faster: enough for all cores, and little to hold. */
const charactersAtOnce = 1 << 19;

/** Words of a stored document: row, first token, tokens, bytes that bear loss, flags. */
export const encodedWords = 5;
export const truncatedFlag = 1;
export const splitFlag = 2;

/** Why a row has no tokens, by the word that stands for it: a stored document of no tokens. */
export const refusals = ['special-token-in-message', 'template-rewrites-earlier-turns', 'answer-past-sequence-length'] as const;
type EncodeRefusal = (typeof refusals)[number];

/** Folders of this piece under these settings begin so; what follows says which documents are in one. */
function folderStart({ screened, encode }: EncodeTask): string {
  return stepFolder(screened.read.root, 'encode', `${digest([encodeVersion, screenFolder(screened), { ...encode, tokenizerFolder: '', maximumTokens: String(encode.maximumTokens) }])}-`);
}

function folderOf(task: EncodeTask): string {
  return `${folderStart(task)}${createHash('sha256').update(task.wanted).digest('hex').slice(0, 12)}`;
}

/** What an earlier build has encoded of this piece does, as long as all that is wanted now is among it. */
export async function findEncoded(task: EncodeTask): Promise<EncodeSummary | undefined> {
  for (const candidate of [folderOf(task), ...await siblings(folderStart(task))]) {
    const done = await readStep<Omit<EncodeSummary, 'folder'>>(candidate);
    if (done && covers(await readFile(path.join(candidate, wantedName)), task.wanted)) return { ...done, folder: candidate };
  }
  return undefined;
}

/** A tokenizer, and a faster way to many texts where there is one. */
export interface Encoders { readonly tokenizer: Tokenizer; readonly encodeTexts: EncodeTexts | undefined }

export async function runEncode(task: EncodeTask, open: () => Promise<Encoders>, turn: Turn): Promise<EncodeSummary> {
  const folder = folderOf(task);
  const rows = new RowsView(await readFile(path.join(screenFolder(task.screened), rowsName)));
  const texts = new TextReader(path.join(readFolder(task.screened.read), textsName));
  const encoders = await open();
  const wanted = task.wanted.reduce((sum, one) => sum + one, 0);
  try {
    const summary = await writeStep(folder, async (writer) => {
      const encoder = new Encoder(task.encode, encoders, { tokens: writer.file(tokensName), mask: writer.file(maskName), rows: writer.file(encodedName) });
      writer.file(wantedName).write(task.wanted);
      for (let row = 0; row < rows.count; row++) {
        if (task.wanted[row] === 0) continue;
        const line: DocumentRecord = { kind: rows.isConversation(row) ? 'conversation' : 'text', id: '', place: { file: '' }, offset: 0, bytes: 0 };
        await encoder.add(row, screenedDocument(documentOf(line, texts.text(rows.offset(row), rows.storedBytes(row))), task.screened.screen.phiScreen));
        await turn(encoder.documents, wanted);
      }
      await encoder.flush();
      return { documents: encoder.documents, tokens: encoder.tokens };
    });
    return { ...summary, folder };
  } finally {
    texts.close();
  }
}

async function siblings(start: string): Promise<string[]> {
  const parent = path.dirname(start);
  const names = await readdir(parent).catch(() => []);
  return names.filter((name) => name.startsWith(path.basename(start)) && !name.includes('.')).sort().map((name) => path.join(parent, name));
}

function covers(done: Uint8Array, wanted: Uint8Array): boolean {
  return done.length === wanted.length && wanted.every((one, row) => one <= done[row]!);
}

class Encoder {
  documents = 0;
  tokens = 0;

  /** Texts that wait to be encoded together. */
  #waiting: { readonly row: number; readonly text: string }[] = [];
  #waitingCharacters = 0;

  constructor(private readonly settings: EncodeSettings, private readonly encoders: Encoders, private readonly files: Readonly<Record<'tokens' | 'mask' | 'rows', OutputFile>>) {}

  async add(row: number, document: SourceDocument): Promise<void> {
    this.documents += 1;
    if (document.kind === 'text') {
      this.#waiting.push({ row, text: document.text });
      this.#waitingCharacters += document.text.length;
      if (!this.encoders.encodeTexts || this.#waitingCharacters >= charactersAtOnce) await this.flush();
      return;
    }
    await this.flush();
    const refusal = this.#addConversation(row, document.messages);
    if (refusal !== undefined) this.#write(row, [], undefined, 0, refusals.indexOf(refusal));
  }

  async flush(): Promise<void> {
    const waiting = this.#waiting;
    if (waiting.length === 0) return;
    this.#waiting = [];
    this.#waitingCharacters = 0;
    const { tokenizer, encodeTexts } = this.encoders;
    const encoded = await encodeTexts?.(waiting.map(({ text }) => text));
    waiting.forEach(({ row, text }, at) => { this.#addText(row, text, encoded?.[at] ?? tokenizer.encode(text, { addSpecialTokens: true, specialTokensAsText: true })); });
  }

  #addText(row: number, text: string, ids: number[]): void {
    const { encoders: { tokenizer }, settings: { maximumTokens } } = this;
    if (ids.at(-1) !== tokenizer.endId) ids.push(tokenizer.endId);
    const bytes = Buffer.byteLength(text, 'utf8');
    for (let start = 0; start < ids.length; start += maximumTokens) {
      this.#write(row, ids.length <= maximumTokens ? ids : ids.slice(start, start + maximumTokens), undefined, start === 0 ? bytes : 0, ids.length > maximumTokens ? splitFlag : 0);
    }
  }

  /** Says why when it cannot. */
  #addConversation(row: number, messages: readonly ConversationMessage[]): EncodeRefusal | undefined {
    const { encoders: { tokenizer }, settings: { chat, maximumTokens } } = this;
    const fitted = fitConversation(messages, tokenizer, chat, maximumTokens);
    if (typeof fitted === 'string') return fitted;
    this.#write(row, fitted.ids, fitted.mask, fitted.bytes, fitted.isCut ? truncatedFlag : 0);
    return undefined;
  }

  /** `mask` undefined: every token bears loss. */
  #write(row: number, ids: readonly number[], mask: Uint8Array | undefined, bytes: number, flags: number): void {
    this.files.rows.write(littleEndian(Uint32Array.of(row, this.tokens, ids.length, bytes, flags)));
    this.files.tokens.write(littleEndian(Uint32Array.from(ids)));
    // Of a mix of text no mask is kept: every token bears loss.
    if (this.settings.maximumTokens < Infinity) this.files.mask.write(mask ?? new Uint8Array(ids.length).fill(1));
    this.tokens += ids.length;
  }
}
