// One document a line; empty lines are not documents.
import { badRecord, placeText, type InputFile, type ReadItem } from './document';
import { readLines } from './bytes';

export async function* readLineDocuments(file: InputFile): AsyncGenerator<ReadItem> {
  for await (const { number, text } of readLines(file.path)) {
    const place = { file: file.name, line: number };
    if (text === undefined) yield badRecord('not-utf8', place, 'the line is not UTF-8');
    else if (text.trim() !== '') yield { kind: 'text', id: placeText(place), text: text.trim(), place, attribute: () => undefined };
  }
}
