// The grid of questions × evaluations, with one selected question.
import { html, type PropertyValues, type TemplateResult } from 'lit';
import type { ResultsEvaluation, ResultsItems, ResultsTexts } from '../../src/protocol/panels/results';
import { RowList, rowId } from '../common/rows/row-list';
import { codeAt, codeClasses, codeMarks, codeWord } from './items';
import { fullName } from './words';

export class ResultsGridElement extends RowList {
  static override properties = { items: { attribute: false }, rows: { attribute: false }, evaluations: { attribute: false }, texts: { attribute: false } };

  declare items: ResultsItems;
  /** Places of the questions that are shown, in order; `selected` is a place among them. */
  declare rows: Uint32Array;
  /** In the order of the columns. */
  declare evaluations: readonly ResultsEvaluation[];
  declare texts: ResultsTexts;
  protected readonly headHeightPx = 44;
  protected readonly eventName = 'results';

  protected override get rowTotal(): number {
    return this.rows.length;
  }

  protected override get columnTotal(): number {
    return this.evaluations.length + 1;
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    super.willUpdate(changed);
    if (changed.has('texts')) this.ariaLabel = `${this.texts.questions}. ${this.texts.keys}`;
    this.style.setProperty('--columns', String(this.evaluations.length));
    this.ariaColCount = String(this.columnTotal);
  }

  protected override render(): TemplateResult {
    return html`<table role="presentation">
      <thead><tr role="row" aria-rowindex="1">
        <th role="columnheader" class="question">${this.texts.question}</th>
        ${this.evaluations.map((one) => html`<th role="columnheader" title=${fullName(one)}><span class="line strong">${one.name}</span><span class="line faint">${one.facts.join(' · ')}</span></th>`)}
      </tr></thead>
      <tbody role="presentation">${this.drawnRows((place) => this.#row(place))}</tbody>
    </table>`;
  }

  #row(place: number): TemplateResult {
    const row = this.rows[place]!;
    const excerpt = this.items.excerpts[row] ?? '';
    return html`<tr role="row" id=${rowId(place)} aria-rowindex=${place + 2} aria-selected=${this.selected === place} @click=${() => { this.select(place); }} @dblclick=${() => { this.open(place); }}>
      <th role="rowheader" class="question" title=${excerpt}>${excerpt}</th>
      ${this.evaluations.map(({ id }) => {
        const code = codeAt(this.items, this.items.evaluations.indexOf(id), row);
        return html`<td role="gridcell" class=${codeClasses[code]}><span class="mark">${codeMarks[code]}</span> <span class="word">${codeWord(code, this.texts)}</span></td>`;
      })}
    </tr>`;
  }
}

customElements.define('results-grid', ResultsGridElement);
