// JATS and NLM XML as PubMed Central distributes it: one document an article. The DTD the file names is never fetched.
import { createReadStream } from 'node:fs';
import { SaxesParser } from 'saxes';
import { badRecord, type InputFile, type ReadItem } from './document';
import { ArticleBuilder, type Article } from './jats-article';

export async function* readJats(file: InputFile): AsyncGenerator<ReadItem> {
  const parser = new SaxesParser<{ xmlns: false; fileName: string }>({ xmlns: false, fileName: file.name });
  const ready: ReadItem[] = [];
  let builder: ArticleBuilder | undefined;
  let articles = 0;
  let failure: { message: string; line: number } | undefined;
  parser.on('error', (error) => { failure ??= { message: error.message.replace(/^.*?\d+:\d+: /, ''), line: parser.line }; });
  parser.on('opentag', (tag) => {
    if (tag.name === 'article' && !builder) builder = new ArticleBuilder();
    builder?.start(tag.name, tag.attributes);
  });
  parser.on('text', (text) => { builder?.characters(text); });
  parser.on('cdata', (text) => { builder?.characters(text); });
  parser.on('closetag', (tag) => {
    builder?.end(tag.name);
    if (tag.name !== 'article' || !builder) return;
    articles += 1;
    ready.push(toItem(builder.article(), file, articles));
    builder = undefined;
  });
  for await (const chunk of createReadStream(file.path, { encoding: 'utf8' }) as AsyncIterable<string>) {
    parser.write(chunk);
    if (failure) break;
    yield* ready.splice(0);
  }
  if (!failure) parser.close();
  if (failure) {
    yield badRecord('not-well-formed', { file: file.name, line: failure.line }, `the XML is not well-formed: ${failure.message}`);
    return;
  }
  yield* ready;
  if (articles === 0) yield badRecord('no-article', { file: file.name }, 'the file holds no article element');
}

function toItem({ ids, journal, text, licence, leftOut }: Article, file: InputFile, position: number): ReadItem {
  const place = { file: file.name, ...(position > 1 ? { record: String(position) } : {}) };
  if (text === '') return badRecord('no-text', place, 'the article has neither abstract nor body');
  const named = ['pmid', 'pmc', 'doi'].find((type) => ids[type] !== undefined);
  return {
    kind: 'text', text, place, leftOut, licence: licence ?? 'not stated',
    id: named === undefined ? file.name : `${named}:${ids[named]!}`,
    ...(named === undefined ? {} : { naturalGroup: named }),
    attribute: (name) => (name === 'journal' ? journal : ids[name]),
  };
}
