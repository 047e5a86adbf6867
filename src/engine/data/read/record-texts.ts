// Records with their text in one field (`textField`). A field named licence or license says the document's own.
import { badRecord, placeText, type InputFile, type ReadItem, type ReadOptions } from './document';
import { licenceName } from './licence';
import { readRecords, type Container } from './records/records';
import { scalarAt } from './records/record';

export async function* readRecordTexts(file: InputFile, container: Container, { textField, maximumRecordBytes }: ReadOptions): AsyncGenerator<ReadItem> {
  for await (const item of readRecords(file, container, maximumRecordBytes)) {
    if (item.kind === 'bad') {
      yield item;
      continue;
    }
    const { value, place } = item;
    const text = Object.hasOwn(value, textField) ? value[textField] : undefined;
    if (typeof text !== 'string') {
      yield badRecord('no-text-field', place, `no text under \`${textField}\`; the record has ${Object.keys(value).slice(0, 12).join(', ') || 'no fields'}`, 'textField');
      continue;
    }
    const licence = scalarAt(value, 'licence') ?? scalarAt(value, 'license');
    yield {
      kind: 'text', id: scalarAt(value, 'id') ?? placeText(place), text: text.replaceAll('\r\n', '\n').trim(), place,
      attribute: (name) => scalarAt(value, name),
      ...(licence === undefined ? {} : { licence: licenceName(licence) ?? licence.slice(0, 80) }),
    };
  }
}
