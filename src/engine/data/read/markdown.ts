// Markdown: one document a file, markup kept, YAML front matter taken as attributes and out of the text.
import { parse } from 'yaml';
import { badRecord, type InputFile, type ReadItem } from './document';
import { isRecord, scalarAt, type JsonRecord } from './records';
import { readText } from './bytes';

const frontMatter = /^---\n([\s\S]*?)\n---(?:\n|$)/;

export async function* readMarkdown(file: InputFile): AsyncGenerator<ReadItem> {
  const text = await readText(file.path);
  if (text === undefined) {
    yield badRecord('not-utf8', { file: file.name }, 'the file is not UTF-8');
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
