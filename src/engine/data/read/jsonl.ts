// JSON records with their text in one field (`textField`), one a line or in one list.
import { badRecord, placeText, type InputFile, type ReadItem, type ReadOptions } from './document';
import { readRecords, scalarAt } from './records';

export async function* readJsonTexts(file: InputFile, { textField }: ReadOptions): AsyncGenerator<ReadItem> {
  for await (const item of readRecords(file)) {
    if (item.kind === 'bad') {
      yield item;
      continue;
    }
    const text = item.value[textField];
    if (typeof text !== 'string') {
      yield badRecord('no-text-field', item.place, `no text under \`${textField}\`; the record has ${Object.keys(item.value).slice(0, 12).join(', ') || 'no fields'}`, 'textField');
      continue;
    }
    yield {
      kind: 'text', id: scalarAt(item.value, 'id') ?? placeText(item.place), text: text.replaceAll('\r\n', '\n').trim(), place: item.place,
      attribute: (name) => scalarAt(item.value, name),
    };
  }
}
