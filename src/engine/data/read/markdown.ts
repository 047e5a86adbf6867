// Markdown: one document a file, markup kept, YAML front matter taken as attributes and out of the text.
import { parse } from 'yaml';
import type { InputFile, ReadItem, ReadOptions } from './document';
import { readText } from './input/lines';
import { isRecord, scalarAt, type JsonRecord } from './records/record';

const frontMatter = /^---\n([\s\S]*?)\n---(?:\n|$)/;

export async function* readMarkdown(file: InputFile, { maximumRecordBytes }: ReadOptions): AsyncGenerator<ReadItem> {
  const text = await readText(file, maximumRecordBytes);
  if (typeof text !== 'string') {
    yield text;
    return;
  }
  const front = frontMatter.exec(text);
  const attributes = front ? parseFrontMatter(front[1]!) : {};
  yield {
    kind: 'text', id: file.name, text: (attributes && front ? text.slice(front[0].length) : text).trim(), place: { file: file.name },
    attribute: (name) => attributes && scalarAt(attributes, name),
  };
}

/** Undefined when it is not a YAML map: the text between two rules is then text. */
function parseFrontMatter(text: string): JsonRecord | undefined {
  try {
    const value: unknown = parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
