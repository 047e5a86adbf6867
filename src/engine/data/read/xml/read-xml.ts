// One pass over an XML file for readers of articles. The DTD it names is never fetched and what it declares never expanded:
// an entity that is neither XML's own nor of the ISO sets that old articles use is an error. What a tag, a text or the nesting may hold is bounded.
import { SaxesParser } from 'saxes';
import { badRecord, type InputFile, type ReadItem } from '../document';
import { entityTable } from './entities';
import { InputFailure } from '../input/failure';
import { readStrings } from '../input/open';

export type Attributes = Readonly<Record<string, string>>;

export interface XmlHandler {
  start(name: string, attributes: Attributes): void;
  characters(text: string): void;
  end(name: string): void;
  /** Documents and bad records since the last call. */
  take(): ReadItem[];
}

const maximumDepth = 500;

/** @param maximumCharacters between two tags */
export async function* readXml(file: InputFile, handler: XmlHandler, maximumCharacters: number): AsyncGenerator<ReadItem> {
  const parser = new SaxesParser<{ xmlns: false; fileName: string }>({ xmlns: false, fileName: file.name });
  parser.ENTITIES = entityTable();
  let failure: { reason: string; message: string; line: number } | undefined;
  let depth = 0;
  let lastEventAt = 0;
  let written = 0;
  const event = <T>(act: (value: T) => void) => (value: T): void => {
    lastEventAt = parser.position;
    if (!failure) act(value);
  };
  parser.on('error', (error) => { failure ??= { reason: 'not-well-formed', message: `the XML is not well-formed: ${error.message.replace(/^.*?\d+:\d+: /, '')}`, line: parser.line }; });
  parser.on('opentag', event((tag) => {
    depth += 1;
    if (depth > maximumDepth) failure = { reason: 'nested-too-deep', message: `elements are nested more than ${maximumDepth} deep`, line: parser.line };
    else handler.start(tag.name, tag.attributes);
  }));
  parser.on('text', event((text: string) => { handler.characters(text); }));
  parser.on('cdata', event((text: string) => { handler.characters(text); }));
  parser.on('comment', event(() => undefined));
  parser.on('doctype', event(() => undefined));
  parser.on('closetag', event((tag) => {
    depth -= 1;
    handler.end(tag.name);
  }));
  for await (const chunk of readStrings(file, 'xml')) {
    parser.write(chunk);
    written += chunk.length;
    yield* handler.take();
    if (!failure && written - lastEventAt > maximumCharacters) {
      throw new InputFailure('record-too-large', 0, `there are more than ${maximumCharacters} characters between two tags; nothing after them was read`, parser.line);
    }
    if (failure) break;
  }
  if (!failure) parser.close();
  yield* handler.take();
  if (failure) yield badRecord(failure.reason, { file: file.name, line: failure.line }, failure.message);
}
