// A table of texts of any length, to be read and not worked in.
import { html, type PropertyValues, type TemplateResult } from 'lit';
import { RowWindow } from './row-window';

export class VirtualTable extends RowWindow {
  static override properties = { label: { type: String }, headers: { attribute: false }, rowCount: { type: Number }, cell: { attribute: false } };

  declare label: string;
  declare headers: readonly string[];
  declare rowCount: number;
  /** Text of a cell, given its row and column. */
  declare cell: (row: number, column: number) => string;
  protected readonly rowHeightPx = 22;
  protected readonly headHeightPx = 0;

  constructor() {
    super();
    this.label = '';
    this.headers = [];
    this.rowCount = 0;
    this.cell = () => '';
  }

  protected override get rowTotal(): number {
    return this.rowCount;
  }

  protected override get columnTotal(): number {
    return this.headers.length;
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('label')) this.ariaLabel = this.label;
  }

  protected override render(): TemplateResult {
    return html`<table aria-label=${this.label} aria-rowcount=${this.rowCount + 1}>
      <thead><tr aria-rowindex="1">${this.headers.map((header) => html`<th scope="col">${header}</th>`)}</tr></thead>
      <tbody>${this.drawnRows((row) => html`<tr aria-rowindex=${row + 2}>${this.headers.map((_, column) => html`<td>${this.cell(row, column)}</td>`)}</tr>`)}</tbody>
    </table>`;
  }
}

customElements.define('virtual-table', VirtualTable);
