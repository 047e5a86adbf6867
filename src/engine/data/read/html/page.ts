// Builds the text of a web page from its elements as they come by: headings and paragraphs, of its main part when it marks
// one; scripts, navigation, forms and what is hidden are left out and counted.
import type { ReadOptions } from '../document';
import { licenceName } from '../licence';
import { blockElements, leftOutElements, leftOutRoles, voidElements } from './html-parts';

type Attributes = Readonly<Record<string, string>>;

export interface Page {
  readonly text: string;
  readonly title: string;
  readonly language: string | undefined;
  readonly licence: string | undefined;
  readonly leftOut: Readonly<Record<string, number>>;
}

interface Block { readonly text: string; readonly isMain: boolean }

export class PageBuilder {
  readonly #open: string[] = [];
  readonly #blocks: Block[] = [];
  readonly #leftOut: Record<string, number> = {};
  #title = '';
  #language: string | undefined;
  #licence: string | undefined;
  #leftOutFrom = Infinity;
  #mainFrom = Infinity;
  #text = '';
  /** Rows of the table that is open and kept. */
  #rows: string[] | undefined;

  constructor(private readonly settings: Pick<ReadOptions, 'tables' | 'captions'>) {}

  start(name: string, attributes: Attributes): void {
    if (name === 'html') this.#language ??= attributes['lang'];
    if (attributes['rel']?.split(/\s+/).includes('license')) this.#licence ??= licenceName(attributes['href'] ?? '');
    if (voidElements.has(name)) {
      if (this.#leftOutFrom === Infinity && name === 'br') this.#text += this.#isIn('pre') ? '\n' : ' ';
      if (this.#leftOutFrom === Infinity && name === 'hr') this.#endBlock();
      return;
    }
    if (this.#leftOutFrom === Infinity && blockElements.has(name)) this.#endBlock();
    this.#open.push(name);
    if (this.#leftOutFrom < Infinity) return;
    const part = this.#partLeftOut(name, attributes);
    if (part !== undefined) {
      this.#leftOut[part] = (this.#leftOut[part] ?? 0) + 1;
      this.#leftOutFrom = this.#open.length;
    } else if (name === 'main' || name === 'article' || attributes['role'] === 'main') this.#mainFrom = Math.min(this.#mainFrom, this.#open.length);
    if (name === 'table') this.#rows = [];
    if (name === 'tr') this.#rows?.push('');
  }

  characters(text: string): void {
    if (this.#leftOutFrom < Infinity) return;
    const name = this.#open.at(-1);
    if (name === 'title') this.#title += text;
    else if (name === 'sup' && /[\p{L}\p{N})]$/u.test(this.#text) && text.trim() !== '') this.#text += `^${text}`;
    else if (!this.#isIn('head')) this.#text += text;
  }

  end(name: string): void {
    if (voidElements.has(name)) return;
    if (this.#leftOutFrom === Infinity) {
      if ((name === 'td' || name === 'th') && this.#rows?.length) this.#endCell();
      else if (name === 'table') this.#endTable();
      else if (blockElements.has(name)) this.#endBlock();
    }
    if (this.#leftOutFrom === this.#open.length) this.#leftOutFrom = Infinity;
    if (this.#mainFrom === this.#open.length) this.#mainFrom = Infinity;
    this.#open.pop();
  }

  page(): Page {
    this.#endBlock();
    const main = this.#blocks.filter((block) => block.isMain);
    const blocks = (main.length > 0 ? main : this.#blocks).map((block) => block.text);
    const title = collapse(this.#title);
    return {
      text: (title !== '' && !blocks.some((block) => block.startsWith('# ')) ? [`# ${title}`, ...blocks] : blocks).join('\n\n'),
      title, language: this.#language, licence: this.#licence, leftOut: this.#leftOut,
    };
  }

  get hasText(): boolean {
    return this.#blocks.length > 0 || this.#text.trim() !== '';
  }

  #partLeftOut(name: string, attributes: Attributes): string | undefined {
    if (name === 'table' && this.settings.tables === 'drop') return 'tables';
    if ((name === 'figcaption' || (name === 'caption' && this.#rows)) && this.settings.captions === 'drop') return 'captions';
    // The header of a page names its site, that of an article its title.
    if (name === 'header' && !this.#isIn('article') && !this.#isIn('main')) return 'headers';
    if ('hidden' in attributes || attributes['aria-hidden'] === 'true' || /display\s*:\s*none/i.test(attributes['style'] ?? '')) return 'hidden';
    return leftOutElements[name] ?? leftOutRoles[attributes['role'] ?? ''];
  }

  #endCell(): void {
    const row = this.#rows!.pop()!;
    const cell = collapse(this.#text);
    this.#rows!.push(row === '' ? cell : `${row} | ${cell}`);
    this.#text = '';
  }

  #endTable(): void {
    const rows = (this.#rows ?? []).filter((row) => row.replace(/[ |]/g, '') !== '');
    this.#rows = undefined;
    this.#text = '';
    if (rows.length > 0) this.#push(rows.join('\n'));
  }

  #endBlock(): void {
    if (this.#rows && (this.#isIn('td') || this.#isIn('th'))) {
      this.#text += ' ';
      return;
    }
    const text = this.#isIn('pre') ? this.#text.replace(/^\n|\s+$/g, '') : collapse(this.#text);
    this.#text = '';
    const heading = this.#open.find((name) => /^h[1-6]$/.test(name));
    if (text !== '') this.#push(heading === undefined ? text : `${'#'.repeat(Number(heading[1]))} ${collapse(text)}`);
  }

  #push(text: string): void {
    this.#blocks.push({ text, isMain: this.#mainFrom < Infinity });
  }

  #isIn(name: string): boolean {
    return this.#open.includes(name);
  }
}

/** White space of HTML; a no-break space becomes a plain one. */
function collapse(text: string): string {
  return text.replace(/[ \t\r\n\f\u00a0]+/g, ' ').trim();
}
