// The grid of questions × variants: draws only the rows in sight, has one selected cell, and is moved in by keys.
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import type { AnswersTexts } from '../../src/protocol/panels/answers';
import { moved, type Place } from './keys';
import { type AnswersTable, shownCell } from './table';
import { cellWords, cotName, marks, variantName } from './words';

/** As in the style sheet. */
const rowHeightPx = 26;
const headHeightPx = 58;
const rowsBeyondSight = 10;

export interface GridSort { readonly column: number; readonly first: 'wrong' | 'right' }

export class AnswersGrid extends LitElement {
  static override properties = {
    table: { attribute: false }, columns: { attribute: false }, rows: { attribute: false }, texts: { attribute: false }, selected: { attribute: false },
    sort: { attribute: false }, first: { state: true },
  };

  declare table: AnswersTable;
  /** Places of the shown variants, and of the shown rows, in order. */
  declare columns: readonly number[];
  declare rows: Uint32Array;
  declare texts: AnswersTexts;
  /** A place among the shown. */
  declare selected: Place | undefined;
  declare sort: GridSort | undefined;
  declare private first: number;

  constructor() {
    super();
    this.first = 0;
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.tabIndex = 0;
    this.role = 'grid';
    this.addEventListener('scroll', () => {
      this.first = Math.floor(this.scrollTop / rowHeightPx);
      this.#tell('answers-scroll', this.scrollTop);
    });
    this.addEventListener('keydown', (event) => { this.#press(event); });
    new ResizeObserver(() => { this.requestUpdate(); }).observe(this);
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('texts')) this.ariaLabel = `${this.texts.question} × ${this.texts.variants}. ${this.texts.keys}`;
    this.ariaRowCount = String(this.rows.length + 1);
    this.ariaColCount = String(this.columns.length + 1);
    this.style.setProperty('--columns', String(this.columns.length));
    if (this.selected) this.setAttribute('aria-activedescendant', cellId(this.selected));
    else this.removeAttribute('aria-activedescendant');
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (changed.has('selected') && this.selected) this.#reveal(this.selected);
  }

  protected override render(): TemplateResult {
    const from = Math.max(0, Math.min(this.first, this.rows.length - this.#rowsInSight) - rowsBeyondSight);
    const to = Math.min(this.rows.length, from + this.#rowsInSight + 2 * rowsBeyondSight);
    return html`<table role="presentation">
      <thead><tr role="row" aria-rowindex="1">
        <th role="columnheader" class="question">${this.texts.question}</th>
        ${this.columns.map((column, place) => this.#head(column, place))}
      </tr></thead>
      <tbody role="presentation">
        ${this.#spacer(from)}
        ${Array.from({ length: to - from }, (_, i) => this.#row(from + i))}
        ${this.#spacer(this.rows.length - to)}
      </tbody>
    </table>`;
  }

  #head(column: number, place: number): TemplateResult {
    const variant = this.table.variants[column]!;
    const sorted = this.sort?.column === place ? this.sort.first : undefined;
    return html`<th role="columnheader" aria-sort=${sorted === undefined ? 'none' : sorted === 'wrong' ? 'ascending' : 'descending'} title=${variantName(variant)}>
      <button type="button" tabindex="-1" @click=${() => { this.#tell('answers-sort', place); }}>
        <span class="line strong">${variant.model}</span>
        <span class="line">${variant.strategy}${sorted === undefined ? '' : sorted === 'wrong' ? ` ${marks.wrong}↑` : ` ${marks.right}↑`}</span>
        <span class="line faint">${variant.cloud ? `☁ ${this.texts.cloud} · ` : ''}${cotName(variant.cot)}</span>
      </button>
    </th>`;
  }

  #row(place: number): TemplateResult {
    const row = this.rows[place]!;
    const { ids, excerpts, golds } = this.table.rows;
    return html`<tr role="row" aria-rowindex=${place + 2}>
      <th role="rowheader" class="question" title=${[ids[row], excerpts[row]].filter(Boolean).join('\n')}><span class="gold">${golds[row]}</span> ${excerpts[row]} <span class="faint">${ids[row]}</span></th>
      ${this.columns.map((column, at) => this.#cell(column, row, { row: place, column: at }))}
    </tr>`;
  }

  #cell(column: number, row: number, place: Place): TemplateResult {
    const cell = shownCell(this.table, column, row);
    const isSelected = this.selected?.row === place.row && this.selected.column === place.column;
    return html`<td role="gridcell" id=${cellId(place)} aria-selected=${isSelected} aria-colindex=${place.column + 2} class=${cell?.verdict ?? 'none'}
      title=${cellWords(cell, this.texts)} @click=${() => { this.#tell('answers-select', place); }}>
      ${cell ? html`<span class="mark">${marks[cell.verdict]}</span> <b>${cell.letter ?? ''}</b> <span class="word">${{ right: this.texts.right, wrong: this.texts.wrong, noAnswer: this.texts.noAnswer }[cell.verdict]}</span>
      ${cell.samples > 1 ? html`<span class="faint">${cell.votes}/${cell.samples}</span>` : nothing}` : html`<span class="faint" aria-label=${this.texts.notAsked}>·</span>`}
    </td>`;
  }

  #spacer(rows: number): TemplateResult | typeof nothing {
    return rows > 0 ? html`<tr aria-hidden="true"><td class="spacer" colspan=${this.columns.length + 1} height=${rows * rowHeightPx}></td></tr>` : nothing;
  }

  get #rowsInSight(): number {
    return Math.max(1, Math.floor(((this.clientHeight || 400) - headHeightPx) / rowHeightPx));
  }

  #press(event: KeyboardEvent): void {
    if (event.altKey || event.metaKey) return;
    if (event.key === 'Enter' && this.selected) {
      event.preventDefault();
      this.#tell('answers-open', this.selected);
      return;
    }
    const size = { rows: this.rows.length, columns: this.columns.length, rowsInSight: this.#rowsInSight };
    // The first press selects; the next ones move.
    const next = this.selected ? moved(event.key, event.ctrlKey, this.selected, size) : moved(event.key, event.ctrlKey, { row: this.first, column: 0 }, size) && { row: this.first, column: 0 };
    if (!next) return;
    event.preventDefault();
    this.#tell('answers-select', next);
  }

  #reveal({ row, column }: Place): void {
    const top = row * rowHeightPx;
    const room = this.clientHeight - headHeightPx - rowHeightPx;
    if (top < this.scrollTop) this.scrollTop = top;
    else if (top > this.scrollTop + room) this.scrollTop = top - room;
    const head = this.querySelectorAll<HTMLElement>('thead th')[column + 1];
    const fixed = this.querySelector<HTMLElement>('thead th.question')?.offsetWidth ?? 0;
    if (!head) return;
    if (head.offsetLeft < this.scrollLeft + fixed) this.scrollLeft = head.offsetLeft - fixed;
    else if (head.offsetLeft + head.offsetWidth > this.scrollLeft + this.clientWidth) this.scrollLeft = head.offsetLeft + head.offsetWidth - this.clientWidth;
  }

  #tell(type: string, detail: unknown): void {
    this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true }));
  }
}

function cellId({ row, column }: Place): string {
  return `cell-${row}-${column}`;
}

customElements.define('answers-grid', AnswersGrid);
