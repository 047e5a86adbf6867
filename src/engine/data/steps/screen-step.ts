// The second step: each document of a piece by itself. What is too short, filtered out, personal or contaminated ends here, with
// the rule that fired; of the rest rows.bin has what later steps decide by, and bands.bin the buckets of its signature.
import path from 'node:path';
import type { SourceFilters } from '../../../documents/mix/filters';
import type { PhiScreen } from '../../../documents/mix/schema';
import type { FoundPlace, MixStep, PhiPlace } from '../../../protocol/mix-findings';
import { type Hit, findItem, isEvaluation } from '../benchmarks/find';
import type { BenchmarkTable } from '../benchmarks/table';
import { textKeyOf, wholeText } from '../build/normalise';
import { codePoints } from '../filters/lengths';
import { filterFault } from '../filters/filter';
import { bandKeys } from '../near/candidates';
import { type SignatureSettings, Signer } from '../near/signature';
import { redactDocument, screenDocument } from '../phi/screen-document';
import type { SourceDocument } from '../read/document';
import { digest, readStep, stepFolder, type StepWriter, writeStep } from './artefact';
import { readJsonLinesFile } from './json-lines-file';
import { type DocumentRecord, documentOf, readFolder, readKey, type ReadTask, recordsName, type RecordLine, runRead, textsName, type Turn } from './read-step';
import { rowBytes, writeRow } from './rows';
import { TextReader } from './text-reader';

/** Raised when the same documents would be screened otherwise than before. */
const screenVersion = 1;

export interface ScreenSettings {
  readonly minimumCharacters: number;
  readonly filters: SourceFilters | undefined;
  /** Of documents that state none. */
  readonly licence: string | undefined;
  /** Undefined: documents are not screened for protected health information. */
  readonly phiScreen: PhiScreen | undefined;
  /** Undefined: near-duplicates are not looked for. */
  readonly signature: SignatureSettings | undefined;
  /** Content of the question files; empty when nothing is looked for. */
  readonly benchmarksKey: string;
}

export interface ScreenTask { readonly read: ReadTask; readonly screen: ScreenSettings }

/** Documents and bytes of their text. */
export interface Tally { documents: number; bytes: number }

export interface ScreenSummary {
  readonly records: number;
  readonly rows: number;
  /** Dropped records by step and reason. */
  readonly dropped: Readonly<Partial<Record<MixStep, Readonly<Record<string, Tally>>>>>;
  readonly read: Tally;
  readonly kept: Tally;
  /** First of each kind of bad record, by reason. */
  readonly firstBad: Readonly<Record<string, { readonly place: FoundPlace; readonly detail: string }>>;
  /** Documents with findings, and findings by class. */
  readonly phiDocuments: number;
  readonly phiFound: Readonly<Record<string, number>>;
  /** Documents with a signature are rows; these have too few words for one. */
  readonly tooShort: number;
}

/** What was found in the record at a position of the piece, counting from 0. */
export interface FindingLine {
  readonly at: number;
  readonly id: string;
  readonly place: FoundPlace;
  /** Where its text stands in the texts of the read step; absent of a bad record. */
  readonly text?: readonly [offset: number, bytes: number];
  readonly kind?: DocumentRecord['kind'];
  readonly step?: MixStep;
  readonly reason?: string;
  readonly value?: number | string;
  readonly limit?: number | string;
  readonly detail?: string;
  readonly phi?: readonly PhiPlace[];
  readonly hit?: Hit;
}

export const findingsName = 'findings.jsonl';
export const rowsName = 'rows.bin';
export const bandsName = 'bands.bin';

export function screenFolder({ read, screen }: ScreenTask): string {
  const { filters, licence } = screen;
  return stepFolder(read.root, 'screen', digest([screenVersion, readKey(read), { ...screen, licence: filters?.licences && licence }]));
}

export async function runScreen(task: ScreenTask, benchmarks: BenchmarkTable | undefined, turn: Turn): Promise<ScreenSummary> {
  const folder = screenFolder(task);
  const done = await readStep<ScreenSummary>(folder);
  if (done) return done;
  const { records } = await runRead(task.read, turn);
  const from = readFolder(task.read);
  const texts = new TextReader(path.join(from, textsName));
  try {
    return await writeStep(folder, async (writer) => {
      const screener = new Screener(task.screen, benchmarks, writer);
      for (const line of readJsonLinesFile<RecordLine>(path.join(from, recordsName))) {
        screener.add(line, line.kind === 'bad' ? '' : texts.text(line.offset, line.bytes));
        await turn(screener.records, records);
      }
      return screener.finish();
    });
  } finally {
    texts.close();
  }
}

class Screener {
  records = 0;
  readonly #signer: Signer | undefined;
  readonly #rows = Buffer.alloc(rowBytes);
  /** Keys of all rows, a row after the other. */
  #bands = new Float64Array(1 << 10);
  readonly #dropped: Partial<Record<MixStep, Record<string, Tally>>> = {};
  readonly #read: Tally = { documents: 0, bytes: 0 };
  readonly #kept: Tally = { documents: 0, bytes: 0 };
  readonly #firstBad: Record<string, { place: FoundPlace; detail: string }> = {};
  readonly #phiFound: Record<string, number> = {};
  #phiDocuments = 0;
  #tooShort = 0;

  constructor(private readonly settings: ScreenSettings, private readonly benchmarks: BenchmarkTable | undefined, private readonly writer: StepWriter) {
    this.#signer = settings.signature && new Signer(settings.signature);
    for (const name of [findingsName, rowsName]) writer.file(name);
  }

  add(line: RecordLine, text: string): void {
    const at = this.records++;
    if (line.kind === 'bad') {
      this.#firstBad[line.reason] ??= { place: line.place, detail: line.detail };
      this.#drop({ at, id: line.id, place: line.place, detail: line.detail }, 'read', line.reason, 0);
      return;
    }
    this.#read.documents += 1;
    this.#read.bytes += line.bytes;
    const finding: FindingLine = { at, id: line.id, place: line.place, text: [line.offset, line.bytes], kind: line.kind };
    const original = documentOf(line, text);
    const fault = this.#fault(original, line);
    if (fault) {
      this.#drop({ ...finding, ...fault.facts }, 'filter', fault.reason, line.bytes);
      return;
    }
    const phi = this.settings.phiScreen ? screenDocument(original) : [];
    if (phi.length > 0) this.#countPhi(phi);
    if (phi.length > 0 && this.settings.phiScreen === 'drop') {
      this.#drop({ ...finding, phi }, 'phi', 'phi-found', line.bytes);
      return;
    }
    // In the text as it was read: what a redaction puts in would hide a question.
    const hit = this.benchmarks && findItem(original, this.benchmarks);
    if (hit && isEvaluation(this.benchmarks, hit.item)) {
      this.#drop({ ...finding, hit, ...(phi.length > 0 ? { phi } : {}) }, 'decontaminate', 'contaminated', line.bytes);
      return;
    }
    if (hit || phi.length > 0) this.#write({ ...finding, ...(hit ? { hit } : {}), ...(phi.length > 0 ? { phi } : {}) });
    this.#keep(at, line, phi.length > 0 && this.settings.phiScreen === 'redact' ? redactDocument(original, phi) : original);
  }

  finish(): ScreenSummary {
    if (this.#signer) this.#writeBands(this.#signer.settings.numBuckets);
    return {
      records: this.records, rows: this.#kept.documents, dropped: this.#dropped, read: this.#read, kept: this.#kept, firstBad: this.#firstBad,
      phiDocuments: this.#phiDocuments, phiFound: this.#phiFound, tooShort: this.#tooShort,
    };
  }

  /** Of the document by itself, before it is screened. */
  #fault(document: SourceDocument, line: DocumentRecord): { reason: string; facts: Pick<FindingLine, 'value' | 'limit'> } | undefined {
    const { minimumCharacters, filters, licence } = this.settings;
    const text = wholeText(document);
    if (text.length < 2 * minimumCharacters) {
      const characters = codePoints(text);
      if (characters < minimumCharacters) return { reason: 'too-short', facts: { value: characters, limit: minimumCharacters } };
    }
    const fault = filters && filterFault(text, document.licence ?? licence, filters);
    if (fault) {
      const { rule, ...facts } = fault;
      return { reason: rule, facts };
    }
    return line.group === null ? { reason: 'no-group-field', facts: {} } : undefined;
  }

  #keep(at: number, line: DocumentRecord, document: SourceDocument): void {
    const text = wholeText(document);
    const key = textKeyOf(document);
    const signature = this.#signer?.sign(text);
    if (this.#signer && !signature) this.#tooShort += 1;
    const bytes = document.kind === 'text' ? line.bytes : Buffer.byteLength(text);
    writeRow(this.#rows, { record: at, offset: line.offset, storedBytes: line.bytes, bytes, key, group: line.group ?? undefined, isConversation: document.kind === 'conversation', hasSignature: signature !== undefined });
    this.writer.file(rowsName).write(this.#rows);
    if (this.#signer) this.#keepBands(signature && bandKeys(signature, this.#signer.settings), this.#signer.settings.numBuckets);
    this.#kept.documents += 1;
    this.#kept.bytes += bytes;
  }

  #keepBands(keys: Float64Array | undefined, buckets: number): void {
    const start = this.#kept.documents * buckets;
    if (start + buckets > this.#bands.length) {
      const more = new Float64Array(2 * this.#bands.length + buckets);
      more.set(this.#bands);
      this.#bands = more;
    }
    if (keys) this.#bands.set(keys, start);
    else this.#bands.fill(NaN, start, start + buckets);
  }

  /** A bucket after the other, so that one is read without the others. */
  #writeBands(buckets: number): void {
    const file = this.writer.file(bandsName);
    const keys = new Float64Array(this.#kept.documents);
    for (let bucket = 0; bucket < buckets; bucket++) {
      for (let row = 0; row < keys.length; row++) keys[row] = this.#bands[row * buckets + bucket]!;
      file.write(new Uint8Array(keys.buffer));
    }
  }

  #countPhi(findings: readonly PhiPlace[]): void {
    this.#phiDocuments += 1;
    for (const { class: phiClass } of findings) this.#phiFound[phiClass] = (this.#phiFound[phiClass] ?? 0) + 1;
  }

  #drop(finding: FindingLine, step: MixStep, reason: string, bytes: number): void {
    const tally = ((this.#dropped[step] ??= {})[reason] ??= { documents: 0, bytes: 0 });
    tally.documents += 1;
    tally.bytes += bytes;
    this.#write({ ...finding, step, reason });
  }

  #write(finding: FindingLine): void {
    this.writer.file(findingsName).text(`${JSON.stringify(finding)}\n`);
  }
}

/** The text later steps see: as read, or redacted as the screen found it. */
export function screenedDocument(document: SourceDocument, phiScreen: PhiScreen | undefined): SourceDocument {
  return phiScreen === 'redact' ? redactDocument(document, screenDocument(document)) : document;
}
