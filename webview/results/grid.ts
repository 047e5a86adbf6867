// The grid of questions × evaluations: draws only the rows in sight, has one selected row, and is moved in by keys.
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import type { ResultsEvaluation, ResultsItems, ResultsTexts } from '../../src/protocol/panels/results';
import { codeAt, codeClasses, codeMarks, codeWord } from './items';
import { fullName } from './words';

/** As in the style sheet. */
const rowHeightPx = 26;
const headHeightPx = 44;
const rowsBeyondSight = 10;

export class ResultsGridElement extends LitElement {
  static override properties = { items: { attribute: false }, rows: { attribute: false }, evaluations: { attribute: false }, texts: { attribute: false }, selected: { attribute: false }, first: { state: true } };

  declare items: ResultsItems;
  /** Places of the questions that are shown, in order. */
  declare rows: Uint32Array;
  /** In the order of the columns. */
  declare evaluations: readonly ResultsEvaluation[];
  declare texts: ResultsTexts;
  /** A place among the shown. */
  declare selected: number | undefined;
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
    this.addEventListener('scroll', () => { this.first = Math.floor(this.scrollTop / rowHeightPx); });
    this.addEventListener('keydown', (event) => { this.#press(event); });
    new ResizeObserver(() => { this.requestUpdate(); }).observe(this);
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('texts')) this.ariaLabel = `${this.texts.questions}. ${this.texts.keys}`;
    this.ariaRowCount = String(this.rows.length + 1);
    this.style.setProperty('--columns', String(this.evaluations.length));
    this.ariaColCount = String(this.evaluations.length + 1);
    if (this.selected === undefined) this.removeAttribute('aria-activedescendant');
    else this.setAttribute('aria-activedescendant', rowId(this.selected));
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (changed.has('selected') && this.selected !== undefined) this.#reveal(this.selected);
  }

  protected override render(): TemplateResult {
    const from = Math.max(0, Math.min(this.first, this.rows.length - this.#rowsInSight) - rowsBeyondSight);
    const to = Math.min(this.rows.length, from + this.#rowsInSight + 2 * rowsBeyondSight);
    return html`<table role="presentation">
      <thead><tr role="row" aria-rowindex="1">
        <th role="columnheader" class="question">${this.texts.question}</th>
        ${this.evaluations.map((one) => html`<th role="columnheader" title=${fullName(one)}><span class="line strong">${one.name}</span><span class="line faint">${one.facts.join(' · ')}</span></th>`)}
      </tr></thead>
      <tbody role="presentation">
        ${this.#spacer(from)}
        ${Array.from({ length: to - from }, (_, i) => this.#row(from + i))}
        ${this.#spacer(this.rows.length - to)}
      </tbody>
    </table>`;
  }

  #row(place: number): TemplateResult {
    const row = this.rows[place]!;
    const excerpt = this.items.excerpts[row] ?? '';
    return html`<tr role="row" id=${rowId(place)} aria-rowindex=${place + 2} aria-selected=${this.selected === place} @click=${() => { this.#tell('results-select', place); }} @dblclick=${() => { this.#tell('results-open', place); }}>
      <th role="rowheader" class="question" title=${excerpt}>${excerpt}</th>
      ${this.evaluations.map(({ id }) => {
        const code = codeAt(this.items, this.items.evaluations.indexOf(id), row);
        return html`<td role="gridcell" class=${codeClasses[code]}><span class="mark">${codeMarks[code]}</span> <span class="word">${codeWord(code, this.texts)}</span></td>`;
      })}
    </tr>`;
  }

  #spacer(rows: number): TemplateResult | typeof nothing {
    return rows > 0 ? html`<tr aria-hidden="true"><td class="spacer" colspan=${this.evaluations.length + 1} height=${rows * rowHeightPx}></td></tr>` : nothing;
  }

  get #rowsInSight(): number {
    return Math.max(1, Math.floor(((this.clientHeight || 400) - headHeightPx) / rowHeightPx));
  }

  #press(event: KeyboardEvent): void {
    if (event.altKey || event.metaKey) return;
    const at = this.selected;
    if (event.key === 'Enter' && at !== undefined) {
      event.preventDefault();
      this.#tell('results-open', at);
      return;
    }
    const moves: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1, PageDown: this.#rowsInSight - 1, PageUp: 1 - this.#rowsInSight, Home: -Infinity, End: Infinity };
    const move = Object.hasOwn(moves, event.key) ? moves[event.key] : undefined;
    if (move === undefined || this.rows.length === 0) return;
    event.preventDefault();
    // The first press selects; the next ones move.
    this.#tell('results-select', at === undefined ? this.first : Math.max(0, Math.min(this.rows.length - 1, at + move)));
  }

  #reveal(place: number): void {
    const top = place * rowHeightPx;
    const room = this.clientHeight - headHeightPx - rowHeightPx;
    if (top < this.scrollTop) this.scrollTop = top;
    else if (top > this.scrollTop + room) this.scrollTop = top - room;
  }

  #tell(type: string, detail: number): void {
    this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true }));
  }
}

function rowId(place: number): string {
  return `row-${place}`;
}

customElements.define('results-grid', ResultsGridElement);
