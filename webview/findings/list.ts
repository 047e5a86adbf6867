// A list of findings of any length: draws only the rows in sight, says which it needs, has one selected row, is moved in by keys.
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';

/** As in the style sheet. */
const rowHeightPx = 26;
const headHeightPx = 28;
const rowsBeyondSight = 12;

export interface Column { readonly head: string; readonly className?: string }

export class FindingsList extends LitElement {
  static override properties = {
    label: { type: String }, columns: { attribute: false }, total: { type: Number }, cells: { attribute: false }, selected: { type: Number }, loading: { type: String }, first: { state: true },
  };

  declare label: string;
  declare columns: readonly Column[];
  declare total: number;
  /** Cells of a row; undefined while it is not there. */
  declare cells: (index: number) => readonly string[] | undefined;
  declare selected: number | undefined;
  /** In the place of a row that is not there yet. */
  declare loading: string;
  declare private first: number;

  constructor() {
    super();
    this.label = '';
    this.columns = [];
    this.total = 0;
    this.cells = () => undefined;
    this.loading = '';
    this.first = 0;
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.tabIndex = 0;
    this.role = 'grid';
    this.addEventListener('scroll', () => { this.first = Math.floor(this.scrollTop / rowHeightPx); });
    this.addEventListener('keydown', (event) => { this.#press(event); });
    new ResizeObserver(() => { this.requestUpdate(); }).observe(this);
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('label')) this.ariaLabel = this.label;
    this.ariaRowCount = String(this.total + 1);
    if (this.selected === undefined) this.removeAttribute('aria-activedescendant');
    else this.setAttribute('aria-activedescendant', `row-${this.selected}`);
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (changed.has('selected') && this.selected !== undefined) this.#reveal(this.selected);
    const [from, to] = this.#range();
    this.#tell('findings-need', { from, to });
  }

  protected override render(): TemplateResult {
    const [from, to] = this.#range();
    return html`<table role="presentation">
      <thead role="presentation"><tr role="row" aria-rowindex="1">${this.columns.map(({ head, className }) => html`<th role="columnheader" class=${className ?? ''}>${head}</th>`)}</tr></thead>
      <tbody role="presentation">${this.#spacer(from)}${Array.from({ length: to - from }, (_, i) => this.#row(from + i))}${this.#spacer(this.total - to)}</tbody>
    </table>`;
  }

  #row(index: number): TemplateResult {
    const cells = this.cells(index);
    return html`<tr role="row" id=${`row-${index}`} aria-rowindex=${index + 2} aria-selected=${index === this.selected} data-row=${index}
      @click=${() => { this.#tell('findings-select', index); }} @dblclick=${() => { this.#tell('findings-open', index); }}>
      ${cells ? cells.map((cell, at) => html`<td role="gridcell" class=${this.columns[at]?.className ?? ''} title=${cell}>${cell}</td>`) : html`<td class="faint" colspan=${this.columns.length}>${this.loading}</td>`}
    </tr>`;
  }

  #spacer(rows: number): TemplateResult | typeof nothing {
    return rows > 0 ? html`<tr aria-hidden="true"><td class="spacer" colspan=${this.columns.length} height=${rows * rowHeightPx}></td></tr>` : nothing;
  }

  #range(): readonly [from: number, to: number] {
    const from = Math.max(0, Math.min(this.first, this.total - this.#rowsInSight) - rowsBeyondSight);
    return [from, Math.min(this.total, from + this.#rowsInSight + 2 * rowsBeyondSight)];
  }

  get #rowsInSight(): number {
    return Math.max(1, Math.floor(((this.clientHeight || 400) - headHeightPx) / rowHeightPx));
  }

  #press(event: KeyboardEvent): void {
    if (event.altKey || event.metaKey || this.total === 0) return;
    if (event.key === 'Enter' && this.selected !== undefined) {
      event.preventDefault();
      this.#tell('findings-open', this.selected);
      return;
    }
    const next = movedTo(event.key, this.selected, this.total, this.#rowsInSight);
    if (next === undefined) return;
    event.preventDefault();
    this.#tell('findings-select', next);
  }

  #reveal(index: number): void {
    const top = index * rowHeightPx;
    const room = this.clientHeight - headHeightPx - rowHeightPx;
    if (top < this.scrollTop) this.scrollTop = top;
    else if (top > this.scrollTop + room) this.scrollTop = top - room;
  }

  #tell(type: string, detail: unknown): void {
    this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true }));
  }
}

/** The first press selects the first row; undefined for keys that mean something else. */
function movedTo(key: string, selected: number | undefined, total: number, inSight: number): number | undefined {
  const at = selected ?? -1;
  const to = ({ ArrowDown: at + 1, ArrowUp: at - 1, PageDown: at + inSight, PageUp: at - inSight, Home: 0, End: total - 1 } as Readonly<Record<string, number>>)[key];
  return to === undefined ? undefined : Math.max(0, Math.min(total - 1, to));
}

customElements.define('findings-list', FindingsList);
