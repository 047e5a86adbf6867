// PubMed and MEDLINE XML (PubmedArticleSet): one document a citation, its title and its abstract with the labels of its
// parts. Reference lists, comments and the data about the record are no text.
import { badRecord, type InputFile, type ReadItem, type ReadOptions } from '../document';
import { tooLarge } from '../input/lines';
import { licenceName } from '../licence';
import { readXml, type Attributes, type XmlHandler } from './read-xml';

const citations = new Set(['PubmedArticle', 'PubmedBookArticle', 'MedlineCitation']);

export async function* readPubMed(file: InputFile, options: ReadOptions): AsyncGenerator<ReadItem> {
  const handler = new Citations(file, options.maximumRecordBytes);
  let isBroken = false;
  for await (const item of readXml(file, handler, options.maximumRecordBytes)) {
    isBroken ||= item.kind === 'bad';
    yield item;
  }
  if (handler.count === 0 && !isBroken) yield badRecord('no-article', { file: file.name }, 'the file holds no PubmedArticle element');
}

interface Citation {
  readonly facts: Record<string, string>;
  readonly parts: { readonly label: string | undefined; readonly text: string }[];
  readonly leftOut: Record<string, number>;
  title: string;
  copyright: string;
  characters: number;
}

class Citations implements XmlHandler {
  count = 0;
  #citation: Citation | undefined;
  /** Names of the elements that are open within the citation. */
  readonly #open: string[] = [];
  #text = '';
  #label: string | undefined;
  #idType: string | undefined;
  readonly #ready: ReadItem[] = [];

  constructor(private readonly file: InputFile, private readonly maximumCharacters: number) {}

  start(name: string, attributes: Attributes): void {
    if (!this.#citation && !citations.has(name)) return;
    if (!this.#citation) {
      this.#citation = { facts: {}, parts: [], leftOut: {}, title: '', copyright: '', characters: 0 };
      this.count += 1;
    }
    this.#open.push(name);
    if (recorded.has(name)) this.#text = '';
    if (name === 'sup' && /[\p{L}\p{N})]$/u.test(this.#text)) this.#text += '^';
    if (name === 'AbstractText') this.#label = attributes['Label'];
    if (name === 'ArticleId') this.#idType = attributes['IdType'];
    if (name === 'OtherAbstract') this.#citation.leftOut['other-abstracts'] = (this.#citation.leftOut['other-abstracts'] ?? 0) + 1;
  }

  characters(text: string): void {
    if (!this.#citation) return;
    this.#citation.characters += text.length;
    if (this.#citation.characters <= this.maximumCharacters && !this.#open.includes('mml:math')) this.#text += text;
  }

  end(name: string): void {
    const citation = this.#citation;
    if (!citation) return;
    const text = this.#text.replace(/[ \t\r\n]+/g, ' ').trim();
    if (recorded.has(name) && !this.#isAside()) this.#record(citation, name, text);
    if (recorded.has(name)) this.#text = '';
    this.#open.pop();
    if (this.#open.length > 0) return;
    this.#ready.push(this.#toItem(citation));
    this.#citation = undefined;
  }

  take(): ReadItem[] {
    return this.#ready.splice(0);
  }

  /** Of another article, or in another language. */
  #isAside(): boolean {
    return ['ReferenceList', 'CommentsCorrectionsList', 'OtherAbstract'].some((name) => this.#open.includes(name));
  }

  #record(citation: Citation, name: string, text: string): void {
    const parent = this.#open.at(-2);
    if (name === 'PMID' && citation.facts['pmid'] === undefined) citation.facts['pmid'] = text;
    else if (name === 'ArticleTitle' || (name === 'BookTitle' && citation.title === '')) citation.title = text;
    else if (name === 'AbstractText' && text !== '') citation.parts.push({ label: this.#label, text });
    else if (name === 'CopyrightInformation') citation.copyright = text;
    else if (name === 'ArticleId' && this.#idType !== undefined && this.#idType !== 'pubmed') citation.facts[this.#idType] = text;
    else if (name === 'Title' && parent === 'Journal') citation.facts['journal'] = text;
    else if (name === 'Year' && parent === 'PubDate') citation.facts['year'] = text;
    else if (name === 'Language') citation.facts['language'] ??= text;
  }

  #toItem({ facts, parts, leftOut, title, copyright, characters }: Citation): ReadItem {
    const place = { file: this.file.name, ...(this.count > 1 ? { record: String(this.count) } : {}) };
    if (characters > this.maximumCharacters) return tooLarge(place, 'the citation', this.maximumCharacters);
    const pmid = facts['pmid'];
    if (pmid === undefined || !/^\d+$/.test(pmid)) return badRecord('no-pubmed-id', place, 'the citation has no PMID');
    if (parts.length === 0) return badRecord('no-abstract', place, 'the citation has no abstract');
    const blocks = parts.flatMap(({ label, text }) => (label === undefined || label.trim() === '' || label === 'UNLABELLED' ? [text] : [`### ${sentenceCase(label)}`, text]));
    return {
      kind: 'text', id: `pmid:${pmid}`, place, naturalGroup: 'pmid', leftOut, licence: licenceName(copyright) ?? 'not stated',
      // PubMed sets titles it has translated in brackets.
      text: [...(title === '' ? [] : [`# ${title.replace(/^\[(.*)\]\.?$/, '$1')}`]), '## Abstract', ...blocks].join('\n\n'),
      attribute: (name) => facts[name],
    };
  }
}

/** Elements whose text is read. */
const recorded: ReadonlySet<string> = new Set(['PMID', 'ArticleTitle', 'BookTitle', 'AbstractText', 'CopyrightInformation', 'ArticleId', 'Title', 'Year', 'Language']);

/** Labels come in capitals: METHODS AND RESULTS is Methods and results. */
function sentenceCase(label: string): string {
  const text = label.trim();
  return text === text.toUpperCase() ? text.charAt(0) + text.slice(1).toLowerCase() : text;
}
