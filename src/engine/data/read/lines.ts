// One document a line; empty lines are not documents.
import { placeText, type InputFile, type ReadItem, type ReadOptions } from './document';
import { readLines } from './input/lines';

export async function* readLineDocuments(file: InputFile, { maximumRecordBytes }: ReadOptions): AsyncGenerator<ReadItem> {
  for await (const { number, offset, text } of readLines(file, maximumRecordBytes)) {
    const place = { file: file.name, line: number, offset };
    if (typeof text !== 'string') yield text;
    else if (text.trim() !== '') yield { kind: 'text', id: placeText(place), text: text.trim(), place, attribute: () => undefined };
  }
}
