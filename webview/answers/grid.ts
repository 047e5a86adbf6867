// The grid of questions × variants, with one selected cell.
import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import type { AnswersTexts } from '../../src/protocol/panels/answers';
import { RowGrid } from '../common/rows/row-grid';
import { moved, type Place } from './keys';
import { type AnswersTable, shownCell } from './table';
import { cellWords, cotName, marks, variantName } from './words';

export interface GridSort { readonly column: number; readonly first: 'wrong' | 'right' }

export class AnswersGrid extends RowGrid {
  static override properties = {
    table: { attribute: false }, columns: { attribute: false }, rows: { attribute: false }, texts: { attribute: false }, selected: { attribute: false },
    sort: { attribute: false },
  };

  declare table: AnswersTable;
  /** Places of the shown variants, and of the shown rows, in order. */
  declare columns: readonly number[];
  declare rows: Uint32Array;
  declare texts: AnswersTexts;
  /** A place among the shown. */
  declare selected: Place | undefined;
  declare sort: GridSort | undefined;
  protected readonly headHeightPx = 58;

  protected override get rowTotal(): number {
    return this.rows.length;
  }

  protected override get columnTotal(): number {
    return this.columns.length + 1;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.addEventListener('scroll', () => { this.tell('answers-scroll', this.scrollTop); });
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('texts')) this.ariaLabel = `${this.texts.question} × ${this.texts.variants}. ${this.texts.keys}`;
    this.ariaRowCount = String(this.rows.length + 1);
    this.ariaColCount = String(this.columnTotal);
    this.style.setProperty('--columns', String(this.columns.length));
    this.nameActive(this.selected && cellId(this.selected));
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (changed.has('selected') && this.selected) this.#reveal(this.selected);
  }

  protected override render(): TemplateResult {
    return html`<table role="presentation">
      <thead><tr role="row" aria-rowindex="1">
        <th role="columnheader" class="question">${this.texts.question}</th>
        ${this.columns.map((column, place) => this.#head(column, place))}
      </tr></thead>
      <tbody role="presentation">${this.drawnRows((place) => this.#row(place))}</tbody>
    </table>`;
  }

  #head(column: number, place: number): TemplateResult {
    const variant = this.table.variants[column]!;
    const sorted = this.sort?.column === place ? this.sort.first : undefined;
    return html`<th role="columnheader" aria-sort=${sorted === undefined ? 'none' : sorted === 'wrong' ? 'ascending' : 'descending'} title=${variantName(variant)}>
      <button type="button" tabindex="-1" @click=${() => { this.tell('answers-sort', place); }}>
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
      title=${cellWords(cell, this.texts)} @click=${() => { this.tell('answers-select', place); }}>
      ${cell ? html`<span class="mark">${marks[cell.verdict]}</span> <b>${cell.letter ?? ''}</b> <span class="word">${{ right: this.texts.right, wrong: this.texts.wrong, noAnswer: this.texts.noAnswer }[cell.verdict]}</span>
      ${cell.samples > 1 ? html`<span class="faint">${cell.votes}/${cell.samples}</span>` : nothing}` : html`<span class="faint" aria-label=${this.texts.notAsked}>·</span>`}
    </td>`;
  }

  protected override press(event: KeyboardEvent): boolean {
    if (event.key === 'Enter') {
      if (this.selected) this.tell('answers-open', this.selected);
      return this.selected !== undefined;
    }
    const size = { rows: this.rows.length, columns: this.columns.length, rowsInSight: this.rowsInSight };
    const first = { row: this.first, column: 0 };
    // The first press selects; the next ones move.
    const next = this.selected ? moved(event.key, event.ctrlKey, this.selected, size) : moved(event.key, event.ctrlKey, first, size) && first;
    if (next) this.tell('answers-select', next);
    return next !== undefined;
  }

  #reveal({ row, column }: Place): void {
    this.revealRow(row);
    const head = this.querySelectorAll<HTMLElement>('thead th')[column + 1];
    const fixed = this.querySelector<HTMLElement>('thead th.question')?.offsetWidth ?? 0;
    if (!head) return;
    if (head.offsetLeft < this.scrollLeft + fixed) this.scrollLeft = head.offsetLeft - fixed;
    else if (head.offsetLeft + head.offsetWidth > this.scrollLeft + this.clientWidth) this.scrollLeft = head.offsetLeft + head.offsetWidth - this.clientWidth;
  }
}

function cellId({ row, column }: Place): string {
  return `cell-${row}-${column}`;
}

customElements.define('answers-grid', AnswersGrid);
