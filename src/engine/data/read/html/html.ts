// Web pages: one document a file, as htmlparser2 reads them, which mends what real pages leave open.
import { Parser } from 'htmlparser2';
import { badRecord, type InputFile, type ReadItem, type ReadOptions } from '../document';
import { tooLarge } from '../input/lines';
import { readStrings } from '../input/open';
import { PageBuilder } from './page';

const maximumDepth = 500;

export async function* readHtml(file: InputFile, options: ReadOptions): AsyncGenerator<ReadItem> {
  const page = new PageBuilder(options);
  let depth = 0;
  let deepest = 0;
  const parser = new Parser({
    onopentag: (name, attributes) => {
      depth += 1;
      deepest = Math.max(deepest, depth);
      if (depth <= maximumDepth) page.start(name, attributes);
    },
    ontext: (text) => { if (depth <= maximumDepth) page.characters(text); },
    onclosetag: (name) => {
      if (depth <= maximumDepth) page.end(name);
      depth -= 1;
    },
  }, { decodeEntities: true });
  const place = { file: file.name };
  let length = 0;
  for await (const chunk of readStrings(file, 'html')) {
    length += chunk.length;
    if (length > options.maximumRecordBytes) {
      yield tooLarge(place, 'the page', options.maximumRecordBytes);
      return;
    }
    parser.write(chunk);
    if (deepest > maximumDepth) {
      yield badRecord('nested-too-deep', place, `elements are nested more than ${maximumDepth} deep`);
      return;
    }
  }
  parser.end();
  if (!page.hasText) {
    yield badRecord('no-text', place, 'the page has no text outside scripts, navigation and forms');
    return;
  }
  const { text, title, language, licence, leftOut } = page.page();
  yield {
    kind: 'text', id: file.name, text, place, leftOut, ...(licence === undefined ? {} : { licence }),
    attribute: (name) => (name === 'title' ? title : name === 'language' ? language : undefined),
  };
}
