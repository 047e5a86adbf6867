// Builds one article from JATS elements as they come by: title, abstract and body as text, ids and licence beside it.
// Serves NLM 2.3 and JATS 1.x: they differ in citations, which are left out, and in where the licence stands.
import type { ReadOptions } from '../document';
import { articleTextElements, blockElements, containerElements, isMainAbstract, leftOutElements, silentElements, textElements } from './jats-parts';
import { licenceName } from '../licence';

/** Which parts of tables and figures are text. */
export type FloatSettings = Pick<ReadOptions, 'tables' | 'captions'>;
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
  /** Depth of the table or figure that is kept, in whole or its caption; Infinity outside. */
  #floatFrom = Infinity;
  #floatLabel = '';
  /** Rows of the table that is open. */
  #rows: string[] | undefined;

  constructor(private readonly settings: FloatSettings) {}

  start(name: string, attributes: Attributes): void {
    if (this.#leftOutFrom === Infinity && blockElements.has(name)) this.#endBlock();
    if (this.#leftOutFrom === Infinity && this.#floatFrom === Infinity && this.#keepsFloat(name) && this.#inArticleText()) {
      this.#endBlock();
      this.#floatFrom = this.#open.length + 1;
      if (name === 'fig' || this.settings.tables === 'drop') this.#count(leftOutElements[name]!);
    }
    // A citation set as a superscript would become part of the word before it.
    this.#open.push(name === 'xref' && attributes['ref-type'] === 'bibr' ? 'citation' : name);
    if (this.#leftOutFrom < Infinity) return;
    const part = this.#partLeftOut(name, attributes);
    if (part !== undefined && this.#inArticleText()) {
      this.#count(part);
      this.#leftOutFrom = this.#open.length;
      return;
    }
    if (this.#isSilent(name)) {
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
    if (name === 'table') this.#rows = [];
    if (name === 'tr') this.#rows?.push('');
    if (name === 'td' || name === 'th') this.#text = '';
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
    if (this.#leftOutFrom === Infinity && this.#floatFrom < Infinity) this.#endFloatPart(name);
    if (this.#leftOutFrom === this.#open.length) this.#leftOutFrom = Infinity;
    if (this.#containerFrom === this.#open.length) this.#containerFrom = Infinity;
    if (this.#floatFrom === this.#open.length) this.#floatFrom = Infinity;
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

  #count(part: string): void {
    this.#leftOut[part] = (this.#leftOut[part] ?? 0) + 1;
  }

  #keepsFloat(name: string): boolean {
    return this.settings.captions === 'keep' ? name === 'fig' || name === 'table-wrap' : this.settings.tables === 'keep' && name === 'table-wrap';
  }

  #partLeftOut(name: string, attributes: Attributes): string | undefined {
    if (name === 'abstract' && !isMainAbstract(attributes['abstract-type'])) return 'other-abstracts';
    if (this.#floatFrom === Infinity) return leftOutElements[name];
    if (this.#floatFrom === this.#open.length) return undefined;
    return name === 'caption' && this.settings.captions === 'drop' ? 'captions' : leftOutElements[name];
  }

  #isSilent(name: string): boolean {
    if (this.#isIn('citation') && this.#isIn('sup')) return true;
    if (this.#floatFrom < Infinity) {
      if (name === 'label' && this.#floatFrom === this.#open.length - 1) return this.settings.captions === 'drop';
      // A table set as an image beside a table set as text: the text is wanted.
      if (name === 'alternatives') return false;
      if (name === 'table-wrap-foot' || (name === 'table' && this.settings.tables === 'drop')) return true;
    }
    return silentElements.has(name);
  }

  /** A row becomes a line with bars between its cells, a label the beginning of its caption. */
  #endFloatPart(name: string): void {
    if (name === 'label' && this.#floatFrom === this.#open.length - 1) {
      this.#floatLabel = collapse(this.#text).replace(/[.:]$/, '');
      this.#text = '';
    } else if ((name === 'td' || name === 'th') && this.#rows?.length) {
      const row = this.#rows.pop()!;
      this.#rows.push(row === '' ? collapse(this.#text) : `${row} | ${collapse(this.#text)}`);
      this.#text = '';
    } else if (name === 'table') {
      const rows = (this.#rows ?? []).filter((row) => row.replace(/[ |]/g, '') !== '');
      if (rows.length > 0) this.#blocks.push(rows.join('\n'));
      this.#rows = undefined;
    } else if (this.#floatFrom === this.#open.length) this.#floatLabel = '';
  }

  #keepsText(): boolean {
    return (this.#containerFrom === Infinity || this.#floatFrom < Infinity) && this.#inArticleText() && this.#open.some((name) => textElements.has(name));
  }

  #inArticleText(): boolean {
    return this.#open.some((name) => articleTextElements.has(name));
  }

  #endBlock(): void {
    if (this.#rows) {
      this.#text += ' ';
      return;
    }
    if (this.#isIn('title') && !this.#isIn('caption')) {
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
    this.#text = '';
    if (paragraph === '') return;
    this.#blocks.push(this.#floatLabel === '' ? paragraph : `${this.#floatLabel}. ${paragraph}`);
    this.#floatLabel = '';
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
