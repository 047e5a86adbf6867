// A table of any length that draws only the rows in sight. Drawn in the page itself, so that its style sheet applies.
import { html, LitElement, nothing, type PropertyDeclarations, type TemplateResult } from 'lit';

const rowsBeyondSight = 10;

export abstract class RowWindow extends LitElement {
  static override properties: PropertyDeclarations = { first: { state: true } };

  /** Pixels, as in the style sheet: every row is this high, and the head above them. */
  protected abstract readonly rowHeightPx: number;
  protected abstract readonly headHeightPx: number;
  /** The first row in sight. */
  declare protected first: number;

  constructor() {
    super();
    this.first = 0;
  }

  protected abstract get rowTotal(): number;
  /** With the one that heads the row, where there is one. */
  protected abstract get columnTotal(): number;

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.tabIndex = 0;
    this.addEventListener('scroll', () => { this.first = Math.floor(this.scrollTop / this.rowHeightPx); });
    new ResizeObserver(() => { this.requestUpdate(); }).observe(this);
  }

  /** At least one; a guess before the table has its height. */
  protected get rowsInSight(): number {
    return Math.max(1, Math.floor(((this.clientHeight || 400) - this.headHeightPx) / this.rowHeightPx));
  }

  /** The rows that are drawn: those in sight and some beyond, so that scrolling by a little shows no gap. */
  protected drawnRange(): readonly [from: number, to: number] {
    const from = Math.max(0, Math.min(this.first, this.rowTotal - this.rowsInSight) - rowsBeyondSight);
    return [from, Math.min(this.rowTotal, from + this.rowsInSight + 2 * rowsBeyondSight)];
  }

  /** Each drawn row, between two that take the room of the others. */
  protected drawnRows(row: (place: number) => TemplateResult): unknown {
    const [from, to] = this.drawnRange();
    return [this.#spacer(from), ...Array.from({ length: to - from }, (_, i) => row(from + i)), this.#spacer(this.rowTotal - to)];
  }

  #spacer(rows: number): TemplateResult | typeof nothing {
    return rows > 0 ? html`<tr aria-hidden="true"><td class="spacer" colspan=${this.columnTotal} height=${rows * this.rowHeightPx}></td></tr>` : nothing;
  }
}
