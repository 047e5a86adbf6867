// A list of findings of any length: says which rows it needs, and shows those it has.
import { html, type PropertyValues, type TemplateResult } from 'lit';
import { RowList, rowId } from '../common/rows/row-list';

export interface Column { readonly head: string; readonly className?: string }

export class FindingsList extends RowList {
  static override properties = { label: { type: String }, columns: { attribute: false }, total: { type: Number }, cells: { attribute: false }, loading: { type: String } };

  declare label: string;
  declare columns: readonly Column[];
  declare total: number;
  /** Cells of a row; undefined while it is not there. */
  declare cells: (index: number) => readonly string[] | undefined;
  /** In the place of a row that is not there yet. */
  declare loading: string;
  protected readonly headHeightPx = 28;
  protected readonly eventName = 'findings';

  constructor() {
    super();
    this.label = '';
    this.columns = [];
    this.total = 0;
    this.cells = () => undefined;
    this.loading = '';
  }

  protected override get rowTotal(): number {
    return this.total;
  }

  protected override get columnTotal(): number {
    return this.columns.length;
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    super.willUpdate(changed);
    if (changed.has('label')) this.ariaLabel = this.label;
  }

  protected override updated(changed: PropertyValues<this>): void {
    super.updated(changed);
    const [from, to] = this.drawnRange();
    this.tell('findings-need', { from, to });
  }

  protected override render(): TemplateResult {
    return html`<table role="presentation">
      <thead role="presentation"><tr role="row" aria-rowindex="1">${this.columns.map(({ head, className }) => html`<th role="columnheader" class=${className ?? ''}>${head}</th>`)}</tr></thead>
      <tbody role="presentation">${this.drawnRows((index) => this.#row(index))}</tbody>
    </table>`;
  }

  #row(index: number): TemplateResult {
    const cells = this.cells(index);
    return html`<tr role="row" id=${rowId(index)} aria-rowindex=${index + 2} aria-selected=${index === this.selected} data-row=${index}
      @click=${() => { this.select(index); }} @dblclick=${() => { this.open(index); }}>
      ${cells ? cells.map((cell, at) => html`<td role="gridcell" class=${this.columns[at]?.className ?? ''} title=${cell}>${cell}</td>`) : html`<td class="faint" colspan=${this.columns.length}>${this.loading}</td>`}
    </tr>`;
  }
}

customElements.define('findings-list', FindingsList);
