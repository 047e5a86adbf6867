// The first records of each source as they would be trained on, with which of their tokens bear loss: read and encoded by what a
// build reads and encodes with, and nothing is built, hashed or kept.
import { userError } from '../../base/errors/problem';
import type { MixPreview, PreviewedDocument, PreviewedRecord, PreviewStretch, SourcePreview } from '../../protocol/mix-preview';
import { loadTokenizer, type Tokenizer } from '../tokenizer';
import { maximumTokens, partLabel, type PlannedPart, sourceParts } from './build/parts';
import { fitConversation } from './chat/fit';
import { type HashInput, type MixPlan, planMix, type PlanOptions } from './plan/plan';
import type { ReadItem, SourceDocument } from './read/document';
import { readDocuments } from './read/read';
import { screenedDocument } from './steps/screen-step';

export interface PreviewChoices {
  /** All when absent. */
  readonly source?: string | undefined;
  /** Of each source. */
  readonly records: number;
  readonly overrides?: Readonly<Record<string, unknown>>;
  readonly download?: PlanOptions['download'];
}

/** Of a text, what is read to be shown. */
const mostCharacters = 4000;

/** Throws what planning the mix would throw. */
export async function previewMix(file: string, root: string, { source, records, overrides = {}, download }: PreviewChoices): Promise<MixPreview> {
  const plan = await planMix(file, root, overrides, { hashInput: unread, ...(download ? { download } : {}) });
  const parts = sourceParts(plan).filter(({ name }) => source === undefined || name === source);
  if (parts.length === 0) throw userError({ code: 'mix-unknown-source', file: plan.file.name, value: source ?? '', message: 'the mix has no such source', next: `Name one of: ${sourceParts(plan).map(partLabel).join(', ')}.` });
  const tokenizer = await loadTokenizer(plan.tokenizerFolder);
  const sources: SourcePreview[] = [];
  for (const part of parts) sources.push(await previewPart(plan, part, tokenizer, records));
  const { name, sequenceLength } = plan.mix;
  return { schema: 1, name, content: plan.content, sequenceLength, sources };
}

/** What a record becomes does not depend on the hash of its file, and files may be very large. */
const unread: HashInput = (file) => Promise.resolve({ path: file.name, sha256: '', bytes: 0 });

async function previewPart(plan: MixPlan, part: PlannedPart, tokenizer: Tokenizer, count: number): Promise<SourcePreview> {
  const records: PreviewedRecord[] = [];
  for (const file of part.source.files) {
    for await (const item of readDocuments(file, file.format, part.read)) {
      if (records.length === count) return { name: part.name, records, isAll: false };
      records.push(previewRecord(plan, part, tokenizer, item, records.length + 1));
    }
  }
  return { name: part.name, records, isAll: true };
}

function previewRecord(plan: MixPlan, part: PlannedPart, tokenizer: Tokenizer, item: ReadItem, position: number): PreviewedRecord {
  const known = { source: part.name, document: item.kind === 'bad' ? '' : item.id, place: item.place, position };
  if (item.kind === 'bad') return { ...known, kind: 'bad', reason: item.reason, detail: item.detail };
  return { ...known, kind: item.kind, ...encoded(plan, screenedDocument(item, part.phiScreen), tokenizer) };
}

function encoded(plan: MixPlan, document: SourceDocument, tokenizer: Tokenizer): Pick<PreviewedDocument, 'stretches' | 'refused' | 'cut'> {
  if (document.kind === 'text') {
    const isCut = document.text.length > mostCharacters;
    const text = isCut ? document.text.slice(0, mostCharacters).replace(/[\ud800-\udbff]$/, '') : document.text;
    const ids = tokenizer.encode(text, { addSpecialTokens: true, specialTokensAsText: true });
    if (!isCut && ids.at(-1) !== tokenizer.endId) ids.push(tokenizer.endId);
    return { stretches: stretchesOf(ids, new Uint8Array(ids.length).fill(1), tokenizer), ...(isCut ? { cut: true } : {}) };
  }
  const { chatTemplate, systemPrompt } = plan.mix.template;
  const fitted = fitConversation(document.messages, tokenizer, { chatTemplate, systemPrompt }, maximumTokens(plan));
  if (typeof fitted === 'string') return { stretches: [], refused: fitted };
  return { stretches: stretchesOf(fitted.ids, fitted.mask, tokenizer), ...(fitted.isCut ? { cut: true } : {}) };
}

/** A stretch is what the text gains by its tokens: some tokenizers drop the blank before a first word. */
function stretchesOf(ids: readonly number[], mask: Uint8Array, tokenizer: Tokenizer): PreviewStretch[] {
  const found: PreviewStretch[] = [];
  let before = '';
  for (let start = 0; start < ids.length;) {
    let end = start + 1;
    while (end < ids.length && mask[end] === mask[start]) end += 1;
    const through = tokenizer.decode(ids.slice(0, end), { keepSpecialTokens: true });
    found.push({ text: through.slice(before.length), tokens: end - start, trained: mask[start] === 1 });
    before = through;
    start = end;
  }
  return found;
}
