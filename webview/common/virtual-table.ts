// A table of any length that draws only the rows in sight. Drawn in the page itself, so that its style sheet applies.
import { html, LitElement, type PropertyValues, type TemplateResult } from 'lit';

/** As in the style sheet: every row is this high. */
const rowHeightPx = 22;
const rowsBeyondSight = 10;

export class VirtualTable extends LitElement {
  static override properties = {
    label: { type: String }, headers: { attribute: false }, rowCount: { type: Number }, cell: { attribute: false }, first: { state: true },
  };

  declare label: string;
  declare headers: readonly string[];
  declare rowCount: number;
  /** Text of a cell, given its row and column. */
  declare cell: (row: number, column: number) => string;
  declare private first: number;

  constructor() {
    super();
    this.label = '';
    this.headers = [];
    this.rowCount = 0;
    this.cell = () => '';
    this.first = 0;
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.tabIndex = 0;
    this.addEventListener('scroll', () => { this.first = Math.floor(this.scrollTop / rowHeightPx); });
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('label')) this.ariaLabel = this.label;
  }

  protected override render(): TemplateResult {
    const inSight = Math.ceil((this.clientHeight || 300) / rowHeightPx);
    const from = Math.max(0, Math.min(this.first, this.rowCount - inSight) - rowsBeyondSight);
    const to = Math.min(this.rowCount, from + inSight + 2 * rowsBeyondSight);
    const rows = Array.from({ length: to - from }, (_, i) => from + i);
    return html`<table aria-label=${this.label} aria-rowcount=${this.rowCount + 1}>
      <thead><tr aria-rowindex="1">${this.headers.map((header) => html`<th scope="col">${header}</th>`)}</tr></thead>
      <tbody>
        ${this.spacer(from)}
        ${rows.map((row) => html`<tr aria-rowindex=${row + 2}>${this.headers.map((_, column) => html`<td>${this.cell(row, column)}</td>`)}</tr>`)}
        ${this.spacer(this.rowCount - to)}
      </tbody>
    </table>`;
  }

  private spacer(rows: number): TemplateResult | undefined {
    return rows > 0 ? html`<tr aria-hidden="true"><td class="spacer" colspan=${this.headers.length} height=${rows * rowHeightPx}></td></tr>` : undefined;
  }
}

customElements.define('virtual-table', VirtualTable);
