// Plain text: one document a file.
import type { InputFile, ReadItem, ReadOptions } from './document';
import { readText } from './input/lines';

export async function* readTextFile(file: InputFile, { maximumRecordBytes }: ReadOptions): AsyncGenerator<ReadItem> {
  const text = await readText(file, maximumRecordBytes);
  if (typeof text !== 'string') yield text;
  else yield { kind: 'text', id: file.name, text: text.trim(), place: { file: file.name }, attribute: () => undefined };
}
