// What `format: auto` takes a file for, by its extension and its first record.
import { instructionFormats, type textFormats } from '../../../documents/mix/schema';
import { parseRecord, peek, type JsonRecord } from './records';

export type ConcreteFormat = (typeof textFormats)[number] | (typeof instructionFormats)[number];

export function isInstructionFormat(format: ConcreteFormat): boolean {
  return (instructionFormats as readonly string[]).includes(format);
}

const peekBytes = 1 << 20;
const linesTried = 20;

/** Undefined when the file is of no form we know. */
export async function detectFormat(file: string, textField: string): Promise<ConcreteFormat | undefined> {
  const extension = /\.([^./\\]+)$/.exec(file.toLowerCase())?.[1];
  switch (extension) {
    case 'txt': case 'text': return 'text';
    case 'md': case 'markdown': return 'markdown';
    case 'nxml': return 'jats';
    case 'xml': return /<article[\s>]/.test(await peek(file, 1 << 16)) ? 'jats' : undefined;
    case 'jsonl': case 'ndjson': case 'json': return formatOfJson(await peek(file, peekBytes), textField);
    default: return undefined;
  }
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
