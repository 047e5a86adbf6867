// What `format: auto` takes a file for, by its extension and its first record.
import { instructionFormats, type textFormats } from '../../../documents/mix/schema';
import type { InputFile } from './document';
import { peek } from './input/open';
import { parseRecord, type JsonRecord } from './records/record';
import { extensionOf, readRecords } from './records/records';

export type ConcreteFormat = (typeof textFormats)[number] | (typeof instructionFormats)[number];

export function isInstructionFormat(format: ConcreteFormat): boolean {
  return (instructionFormats as readonly string[]).includes(format);
}

const peekBytes = 1 << 20;
const xmlPeekBytes = 1 << 16;
const linesTried = 20;

/** Undefined when the file is of no form we know. A compressed file goes by the extension before `.gz` or `.zst`. */
export async function detectFormat(file: InputFile, textField: string): Promise<ConcreteFormat | undefined> {
  switch (extensionOf(file.name)) {
    case 'txt': case 'text': return 'text';
    case 'md': case 'markdown': return 'markdown';
    case 'html': case 'htm': case 'xhtml': return 'html';
    case 'nxml': return 'jats';
    case 'pdf': return 'pdf';
    case 'xml': return formatOfXml(await peek(file, xmlPeekBytes));
    case 'jsonl': case 'ndjson': case 'json': return formatOfJson(await peek(file, peekBytes), textField);
    case 'csv': return await formatOfFirstRecord(file, 'csv', textField);
    case 'tsv': case 'tab': return await formatOfFirstRecord(file, 'tsv', textField);
    case 'parquet': return await formatOfFirstRecord(file, 'parquet', textField);
    default: return undefined;
  }
}

function formatOfXml(start: string): ConcreteFormat | undefined {
  if (/<(?:PubmedArticleSet|PubmedArticle|MedlineCitation(?:Set)?)[\s>]/.test(start)) return 'pubmed';
  return /<article[\s>]/.test(start) ? 'jats' : undefined;
}

/** By the columns of a table; one that holds text under `textField` is of the container's own format. */
async function formatOfFirstRecord(file: InputFile, container: 'csv' | 'tsv' | 'parquet', textField: string): Promise<ConcreteFormat | undefined> {
  for await (const item of readRecords(file, container, peekBytes)) {
    if (item.kind !== 'record') continue;
    const format = formatOfRecord(item.value, textField);
    return format === 'jsonl' ? container : format;
  }
  // Without one usable row: what is set aside is said when it is read.
  return container;
}

function formatOfRecord(record: JsonRecord, textField: string): ConcreteFormat | undefined {
  const has = (...keys: string[]): boolean => keys.every((key) => key in record);
  if (has('messages')) return 'chat';
  if (has('conversations')) return 'sharegpt';
  if (has('instruction', 'output')) return 'alpaca';
  if (has('prompt', 'completion')) return 'prompt-completion';
  if (has('CONTEXTS')) return 'pubmedqa';
  return has(textField) ? 'jsonl' : undefined;
}

function formatOfJson(start: string, textField: string): ConcreteFormat | undefined {
  for (const record of likelyRecords(start)) {
    const format = formatOfRecord(record, textField);
    if (format) return format;
  }
  return undefined;
}

/** Objects that may be the first record: of a list or of lines, then of later lines should the first be broken, then inside an object of records. */
function* likelyRecords(start: string): Generator<JsonRecord> {
  const first = start.indexOf('{');
  const whole = first < 0 ? undefined : objectAt(start, first);
  if (whole) yield whole;
  for (const line of start.split('\n', linesTried).slice(1)) {
    const record = line.startsWith('{') ? parseRecord(line) : undefined;
    if (record) yield record;
  }
  const inner = start.indexOf('{', first + 1);
  const entry = inner < 0 ? undefined : objectAt(start, inner);
  if (entry) yield entry;
}

/** The object that begins at `from`; undefined when it is cut off or not JSON. */
function objectAt(text: string, from: number): JsonRecord | undefined {
  let depth = 0;
  let inString = false;
  for (let i = from; i < text.length; i++) {
    const character = text[i];
    if (inString) {
      if (character === '\\') i += 1;
      else if (character === '"') inString = false;
    } else if (character === '"') inString = true;
    else if (character === '{') depth += 1;
    else if (character === '}' && --depth === 0) return parseRecord(text.slice(from, i + 1));
  }
  return undefined;
}
