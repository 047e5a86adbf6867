// Plain text: one document a file.
import { badRecord, type InputFile, type ReadItem } from './document';
import { readText } from './bytes';

export async function* readTextFile(file: InputFile): AsyncGenerator<ReadItem> {
  const text = await readText(file.path);
  if (text === undefined) yield badRecord('not-utf8', { file: file.name }, 'the file is not UTF-8');
  else yield { kind: 'text', id: file.name, text: text.trim(), place: { file: file.name }, attribute: () => undefined };
}
