// PDF: one document a file, the text that is in it page by page, as pdf.js reads it. Lines are joined into paragraphs by the space
// between them, words that a line end cut are put together, and what stands at the head or foot of most pages alike is left
// out. A scan without text is set aside: nothing here reads pictures.
import type { getDocument } from 'pdfjs-dist';
import type { TextItem } from 'pdfjs-dist/types/src/display/api';
import { badRecord, type InputFile, type ReadItem, type ReadOptions } from './document';
import { InputFailure } from './input/failure';
import { readBytes } from './input/open';
import { tooLarge } from './input/lines';

interface PdfJs { readonly getDocument: typeof getDocument }

let opened: Promise<PdfJs> | undefined;

/** Loaded with the first PDF. It asks for a browser's matrix when it loads, which text does without. */
async function pdfJs(): Promise<PdfJs> {
  return opened ??= (async () => {
    const scope = globalThis as { DOMMatrix?: unknown; pdfjsWorker?: unknown };
    scope.DOMMatrix ??= function DOMMatrix() { return undefined; };
    // In this thread: it is a worker's already where there are several.
    // @ts-expect-error -- it ships without types, and is only handed to pdf.js itself
    scope.pdfjsWorker ??= await import('pdfjs-dist/legacy/build/pdf.worker.mjs');
    return import('pdfjs-dist/legacy/build/pdf.mjs');
  })();
}

const errorsOnly = 0;

export async function* readPdf(file: InputFile, { maximumRecordBytes }: ReadOptions): AsyncGenerator<ReadItem> {
  const place = { file: file.name };
  const bytes = await wholeFile(file, maximumRecordBytes);
  if (!bytes) {
    yield tooLarge(place, 'the file', maximumRecordBytes);
    return;
  }
  const { getDocument } = await pdfJs();
  // No script, font or picture of the file is used, and nothing it names is fetched.
  const task = getDocument({ data: bytes, isEvalSupported: false, disableFontFace: true, useSystemFonts: false, useWorkerFetch: false, stopAtErrors: false, verbosity: errorsOnly });
  try {
    const pdf = await task.promise.catch((error: unknown) => { throw failureOf(error); });
    const pages: string[][] = [];
    let length = 0;
    let broken = 0;
    for (let number = 1; number <= pdf.numPages; number++) {
      const page = await pdf.getPage(number).then((one) => one.getTextContent()).catch(() => undefined);
      if (!page) {
        broken += 1;
        yield badRecord('broken-page', { ...place, record: String(number) }, `page ${number} cannot be read`);
        continue;
      }
      const blocks = blocksOf(page.items.filter((item): item is TextItem => 'str' in item));
      pages.push(blocks);
      length += blocks.reduce((sum, block) => sum + block.length, 0);
      if (length > maximumRecordBytes) {
        yield tooLarge(place, 'the text', maximumRecordBytes);
        return;
      }
    }
    const text = withoutRunningHeads(pages).flat().join('\n\n').trim();
    if (text === '') {
      if (broken < pdf.numPages) yield badRecord('no-text', place, 'the file has no text: its pages are pictures');
      return;
    }
    const { info } = await pdf.getMetadata().catch(() => ({ info: {} }));
    const title = (info as { Title?: unknown }).Title;
    yield { kind: 'text', id: file.name, text, place, attribute: (name) => (name === 'title' && typeof title === 'string' ? title : name === 'pages' ? String(pdf.numPages) : undefined) };
  } finally {
    await task.destroy();
  }
}

function failureOf(error: unknown): Error {
  const { name, message } = error as Error;
  if (name === 'PasswordException') return new InputFailure('encrypted', 0, 'the file is encrypted with a password');
  return new InputFailure('not-pdf', 0, `the file is no PDF that can be read (${message.split('\n')[0]!.slice(0, 80)})`);
}

/** Undefined when it is larger than that. */
async function wholeFile(file: InputFile, maximumBytes: number): Promise<Uint8Array | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of readBytes(file)) {
    length += chunk.length;
    if (length > maximumBytes) return undefined;
    chunks.push(chunk);
  }
  // A copy: pdf.js takes the memory for itself.
  return new Uint8Array(Buffer.concat(chunks));
}

interface Line { text: string; readonly y: number; readonly height: number }

/** Paragraphs: lines with more than half a line's height between them are parted. */
function blocksOf(items: readonly TextItem[]): string[] {
  const blocks: string[] = [];
  let last: Line | undefined;
  for (const line of linesOf(items)) {
    const gap = last ? last.y - line.y : 0;
    const isNext = last !== undefined && gap > 0 && gap <= 1.6 * Math.max(last.height, line.height);
    if (isNext) blocks[blocks.length - 1] = joinLines(blocks.at(-1)!, line.text);
    else blocks.push(line.text);
    last = line;
  }
  return blocks.filter((block) => block !== '');
}

function linesOf(items: readonly TextItem[]): Line[] {
  const lines: Line[] = [];
  let line: Line | undefined;
  let end = 0;
  for (const { str, transform, width, height, hasEOL } of items) {
    const [x, y] = [transform[4] as number, transform[5] as number];
    if (str !== '' && (!line || Math.abs(line.y - y) > Math.max(1, line.height / 2))) {
      line = { text: '', y, height };
      lines.push(line);
      end = x;
    }
    if (line) {
      // A gap as wide as a blank that is not written.
      if (str !== '' && line.text !== '' && !/\s$/.test(line.text) && !/^\s/.test(str) && x - end > 0.15 * Math.max(height, 1)) line.text += ' ';
      line.text += str;
      end = x + width;
    }
    if (hasEOL) line = undefined;
  }
  return lines.map((one) => ({ ...one, text: one.text.replace(/\s+/g, ' ').trim() })).filter(({ text }) => text !== '');
}

/** A hyphen at a line's end before a small letter joins what the end cut. */
function joinLines(before: string, after: string): string {
  return /\p{L}-$/u.test(before) && /^\p{Ll}/u.test(after) ? before.slice(0, -1) + after : `${before} ${after}`;
}

/** First and last blocks that most pages have alike, numbers aside: names of the journal, page numbers. */
function withoutRunningHeads(pages: readonly (readonly string[])[]): (readonly string[])[] {
  if (pages.length < 3) return [...pages];
  const key = (text: string): string => text.replace(/\d+/g, '0').toLowerCase();
  const counts = new Map<string, number>();
  const edges = (page: readonly string[]): string[] => [...new Set([page[0], page.at(-1)].filter((block) => block !== undefined && block.length < 120).map((block) => key(block!)))];
  for (const page of pages) for (const edge of edges(page)) counts.set(edge, (counts.get(edge) ?? 0) + 1);
  const isRunning = (block: string): boolean => (counts.get(key(block)) ?? 0) > pages.length / 2;
  return pages.map((page) => page.filter((block, at) => !((at === 0 || at === page.length - 1) && block.length < 120 && isRunning(block))));
}
