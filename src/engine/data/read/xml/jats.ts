// JATS and NLM XML as PubMed Central distributes it: one document an article.
import { badRecord, type InputFile, type ReadItem, type ReadOptions } from '../document';
import { tooLarge } from '../input/lines';
import { ArticleBuilder, type Article } from './jats-article';
import { readXml, type Attributes, type XmlHandler } from './read-xml';

export async function* readJats(file: InputFile, options: ReadOptions): AsyncGenerator<ReadItem> {
  const articles = new Articles(file, options);
  let isBroken = false;
  for await (const item of readXml(file, articles, options.maximumRecordBytes)) {
    isBroken ||= item.kind === 'bad';
    yield item;
  }
  if (articles.count === 0 && !isBroken) yield badRecord('no-article', { file: file.name }, 'the file holds no article element');
}

class Articles implements XmlHandler {
  count = 0;
  #builder: ArticleBuilder | undefined;
  #depth = 0;
  #characters = 0;
  readonly #ready: ReadItem[] = [];

  constructor(private readonly file: InputFile, private readonly options: ReadOptions) {}

  start(name: string, attributes: Attributes): void {
    if (this.#depth === 0 && name !== 'article') return;
    if (this.#depth === 0) {
      this.#builder = new ArticleBuilder(this.options);
      this.#characters = 0;
      this.count += 1;
    }
    this.#depth += 1;
    this.#builder?.start(name, attributes);
  }

  characters(text: string): void {
    this.#characters += text.length;
    // Its text is not kept any longer; the end of the article says so.
    if (this.#characters > this.options.maximumRecordBytes) this.#builder = undefined;
    this.#builder?.characters(text);
  }

  end(name: string): void {
    if (this.#depth === 0) return;
    this.#builder?.end(name);
    this.#depth -= 1;
    if (this.#depth > 0) return;
    const place = { file: this.file.name, ...(this.count > 1 ? { record: String(this.count) } : {}) };
    this.#ready.push(this.#builder ? toItem(this.#builder.article(), this.file, place) : tooLarge(place, 'the article', this.options.maximumRecordBytes));
    this.#builder = undefined;
  }

  take(): ReadItem[] {
    return this.#ready.splice(0);
  }
}

function toItem({ ids, journal, text, licence, leftOut }: Article, file: InputFile, place: { readonly file: string; readonly record?: string }): ReadItem {
  if (text === '') return badRecord('no-text', place, 'the article has neither abstract nor body');
  const named = ['pmid', 'pmc', 'doi'].find((type) => ids[type] !== undefined);
  return {
    kind: 'text', text, place, leftOut, licence: licence ?? 'not stated',
    id: named === undefined ? file.name : `${named}:${ids[named]!}`,
    ...(named === undefined ? {} : { naturalGroup: named }),
    attribute: (name) => (name === 'journal' ? journal : ids[name]),
  };
}
