// Builds one article from JATS elements as they come by: title, abstract and body as text, ids and licence beside it.
// Serves NLM 2.3 and JATS 1.x: they differ in citations, which are left out, and in where the licence stands.
import { articleTextElements, blockElements, containerElements, isMainAbstract, leftOutElements, silentElements, textElements } from './jats-parts';
import { licenceName } from './licence';

type Attributes = Readonly<Record<string, string>>;

export interface Article {
  /** By `pub-id-type`: pmid, pmc, doi, publisher-id. */
  readonly ids: Readonly<Record<string, string>>;
  readonly journal: string | undefined;
  readonly text: string;
  readonly licence: string | undefined;
  readonly leftOut: Readonly<Record<string, number>>;
}

export class ArticleBuilder {
  readonly #open: string[] = [];
  readonly #blocks: string[] = [];
  readonly #ids: Record<string, string> = {};
  readonly #leftOut: Record<string, number> = {};
  #journal: string | undefined;
  #licenceText = '';
  #copyright = '';
  /** Depth at which the outermost element that is left out was opened; Infinity when none is. */
  #leftOutFrom = Infinity;
  #containerFrom = Infinity;
  #sectionDepth = 0;
  #text = '';
  #idType: string | undefined;

  start(name: string, attributes: Attributes): void {
    if (this.#leftOutFrom === Infinity && blockElements.has(name)) this.#endBlock();
    // A citation set as a superscript would become part of the word before it.
    this.#open.push(name === 'xref' && attributes['ref-type'] === 'bibr' ? 'citation' : name);
    if (this.#leftOutFrom < Infinity) return;
    const part = name === 'abstract' && !isMainAbstract(attributes['abstract-type']) ? 'other-abstracts' : leftOutElements[name];
    if (part !== undefined && this.#inArticleText()) {
      this.#leftOut[part] = (this.#leftOut[part] ?? 0) + 1;
      this.#leftOutFrom = this.#open.length;
      return;
    }
    if (silentElements.has(name) || (this.#isIn('citation') && this.#isIn('sup'))) {
      this.#leftOutFrom = this.#open.length;
      return;
    }
    if (containerElements.has(name)) this.#containerFrom = Math.min(this.#containerFrom, this.#open.length);
    if (name === 'sec') this.#sectionDepth += 1;
    if (name === 'abstract') this.#heading('Abstract', 2);
    if (name === 'article-id') this.#idType = attributes['pub-id-type'];
    if (name === 'license') this.#licenceText += ` ${attributes['xlink:href'] ?? ''} `;
    if (name === 'ext-link' && this.#isIn('license')) this.#licenceText += ` ${attributes['xlink:href'] ?? ''} `;
    if (name === 'break') this.#text += ' ';
  }

  characters(text: string): void {
    if (this.#leftOutFrom < Infinity) return;
    const name = this.#open.at(-1);
    if (name === 'article-id' && this.#parent() === 'article-meta') this.#ids[this.#idType ?? 'other'] = text.trim();
    else if (name === 'journal-title') this.#journal = text.trim();
    else if (this.#isIn('license')) this.#licenceText += text;
    else if (this.#isIn('copyright-statement')) this.#copyright += text;
    else if (this.#isIn('article-title') && this.#isIn('title-group')) this.#text += this.#marked(text);
    else if (this.#keepsText()) this.#text += this.#marked(text);
  }

  end(name: string): void {
    if (name === 'article-title' && this.#leftOutFrom === Infinity && this.#isIn('title-group')) this.#endTitle(1);
    else if (this.#leftOutFrom === Infinity && blockElements.has(name)) this.#endBlock();
    if (name === 'sec' && this.#leftOutFrom === Infinity) this.#sectionDepth -= 1;
    if (this.#leftOutFrom === this.#open.length) this.#leftOutFrom = Infinity;
    if (this.#containerFrom === this.#open.length) this.#containerFrom = Infinity;
    this.#open.pop();
  }

  article(): Article {
    return {
      ids: this.#ids, journal: this.#journal, leftOut: this.#leftOut,
      licence: licenceName(this.#licenceText) ?? licenceName(this.#copyright),
      text: withoutEmptySections(this.#blocks).join('\n\n'),
    };
  }

  /** A superscript keeps its meaning in plain text: 10^9/L is not 109/L. */
  #marked(text: string): string {
    return this.#open.at(-1) === 'sup' && /[\p{L}\p{N})]$/u.test(this.#text) && text.trim() !== '' ? `^${text}` : text;
  }

  #keepsText(): boolean {
    return this.#containerFrom === Infinity && this.#inArticleText() && this.#open.some((name) => textElements.has(name));
  }

  #inArticleText(): boolean {
    return this.#open.some((name) => articleTextElements.has(name));
  }

  #endBlock(): void {
    if (this.#isIn('title')) {
      this.#endTitle(this.#isIn('abstract') ? this.#sectionDepth + 2 : this.#sectionDepth + 1);
      return;
    }
    this.#push(this.#text);
  }

  #endTitle(level: number): void {
    const title = this.#text;
    this.#text = '';
    // `abstract` has its heading already; a title right under it says the same again.
    if (this.#parent() !== 'abstract') this.#heading(title, level);
  }

  #heading(title: string, level: number): void {
    const text = collapse(title);
    if (text !== '') this.#blocks.push(`${'#'.repeat(Math.min(level, 6))} ${text}`);
  }

  #push(text: string): void {
    const paragraph = collapse(text);
    if (paragraph !== '') this.#blocks.push(paragraph);
    this.#text = '';
  }

  #parent(): string | undefined {
    return this.#open.at(-2);
  }

  #isIn(name: string): boolean {
    return this.#open.includes(name);
  }
}

function collapse(text: string): string {
  return text.replace(/[ \t\r\n]+/g, ' ').trim();
}

/** Drops headings with nothing under them, such as those of a section that held only a table. */
function withoutEmptySections(blocks: readonly string[]): string[] {
  const levelOf = (block: string | undefined): number => /^(#{1,6}) /.exec(block ?? '')?.[1]!.length ?? Infinity;
  const kept: string[] = [];
  for (const block of [...blocks].reverse()) {
    const level = levelOf(block);
    const next = kept.at(-1);
    const isEmpty = level < Infinity && level > 1 && (next === undefined || levelOf(next) <= level);
    if (!isEmpty) kept.push(block);
  }
  return kept.reverse();
}
