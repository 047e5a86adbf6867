// The answers panel: variants with what they came to, controls, the grid of questions × variants, and the selected cell.
import { html, LitElement, type PropertyValues, type TemplateResult } from 'lit';
import { fill } from '../common/fill';
import type { AnswerDetail, AnswersRows, AnswersSnapshot, AnswersToHost } from '../../src/protocol/panels/answers';
import type { EditorApi } from '../common/vscode-api';
import { controls } from './controls';
import { detailPane } from './detail';
import { toCsv, toMarkdown } from './export';
import type { AnswersGrid } from './grid';
import type { Place } from './keys';
import { type AnswersSettings, firstSettings, type KeptState, showsSameRows, shownVariants } from './settings';
import { type AnswersTable, shownCell, visibleRows } from './table';
import { variantsTable } from './variants';

const noRows: AnswersRows = { ids: [], excerpts: [], golds: '' };

export class AnswersApp extends LitElement {
  static override properties = { snapshot: { attribute: false }, settings: { attribute: false }, detail: { attribute: false }, said: { state: true } };

  declare editor: EditorApi<AnswersToHost, KeptState>;
  declare snapshot: AnswersSnapshot | undefined;
  declare settings: AnswersSettings;
  declare detail: AnswerDetail | undefined;
  /** What was just done, for those who cannot see it. */
  declare private said: string;
  #table: AnswersTable = { rows: noRows, variants: [], block: new Uint16Array() };
  #columns: readonly number[] = [];
  #rows: Uint32Array = new Uint32Array();
  /** The cell the shown detail was asked for, as it then was. */
  #asked = '';
  /** Pixels; undefined until the grid is where the user was before the page was made anew. */
  #scrollTop: number | undefined;

  constructor() {
    super();
    this.settings = firstSettings;
    this.said = '';
    this.addEventListener('answers-select', (event) => { this.#select((event as CustomEvent<Place>).detail); });
    this.addEventListener('answers-open', (event) => { this.#open((event as CustomEvent<Place>).detail.row); });
    this.addEventListener('answers-sort', (event) => { this.#sort((event as CustomEvent<number>).detail); });
    this.addEventListener('answers-scroll', (event) => {
      this.#scrollTop = (event as CustomEvent<number>).detail;
      this.#keep();
    });
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    const { snapshot, settings } = this;
    if (!snapshot) return;
    const before: AnswersSettings | undefined = changed.get('settings');
    // Moving the selection through 50,000 rows must not look at each of them.
    if (changed.has('snapshot') || (before && !showsSameRows(before, settings))) this.#arrange(snapshot, settings);
    this.#askForDetail();
  }

  protected override updated(): void {
    this.#keep();
    const grid = this.querySelector<AnswersGrid>('answers-grid');
    if (!grid || this.#scrollTop !== undefined) return;
    this.#scrollTop = this.settings.scrollTop;
    void grid.updateComplete.then(() => { grid.scrollTop = this.settings.scrollTop; });
  }

  protected override render(): TemplateResult | undefined {
    const { snapshot, settings } = this;
    if (!snapshot) return undefined;
    const { texts, variants } = snapshot;
    const shown = new Set(this.#columns.map((place) => variants[place]!.id));
    const selected = this.#selectedPlace();
    return html`<main>
      ${variants.length === 0 ? html`<p class="empty">${texts.empty}</p>` : variantsTable(variants, shown, texts, (id) => { this.#toggle(id); })}
      ${controls(this.#table, this.#columns, settings, this.#rows.length, texts, {
        change: (change) => { this.settings = { ...settings, ...change }; },
        chooseSet: () => { this.editor.postMessage({ type: 'chooseSet' }); },
        copy: (form) => { this.#copy(form); },
      })}
      <div class="both">
        ${this.#rows.length === 0 ? html`<p class="empty">${variants.length === 0 ? '' : this.#columns.length === 0 ? texts.noneShown : texts.noneMatch}</p>`
          : html`<answers-grid .table=${this.#table} .columns=${this.#columns} .rows=${this.#rows} .texts=${texts} .selected=${selected} .sort=${this.#gridSort()}></answers-grid>`}
        ${detailPane(this.detail, variants.find(({ id }) => id === this.detail?.variant), this.#goldOfDetail(), texts, () => { if (this.detail) this.editor.postMessage({ type: 'openQuestion', row: this.detail.row }); })}
      </div>
      <p class="said" role="status">${this.said}</p>
    </main>`;
  }

  #arrange({ variants, block, scope, rows }: AnswersSnapshot, settings: AnswersSettings): void {
    this.#table = { rows: rows ?? this.#table.rows, variants, block };
    const shown = new Set(shownVariants(variants, scope, settings).map(({ id }) => id));
    this.#columns = variants.flatMap(({ id }, place) => (shown.has(id) ? [place] : []));
    this.#rows = visibleRows(this.#table, this.#columns, settings);
  }

  #keep(): void {
    if (this.snapshot) this.editor.setState({ scope: this.snapshot.scope, settings: { ...this.settings, scrollTop: this.#scrollTop ?? this.settings.scrollTop } });
  }

  #select({ row, column }: Place): void {
    const variant = this.#table.variants[this.#columns[column]!];
    const id = this.#table.rows.ids[this.#rows[row]!];
    if (variant && id !== undefined) this.settings = { ...this.settings, selected: { row: id, variant: variant.id } };
  }

  #selectedPlace(): Place | undefined {
    const { selected } = this.settings;
    if (!selected) return undefined;
    const at = this.#table.rows.ids.indexOf(selected.row);
    const row = at < 0 ? -1 : this.#rows.indexOf(at);
    const column = this.#columns.findIndex((place) => this.#table.variants[place]!.id === selected.variant);
    return row < 0 || column < 0 ? undefined : { row, column };
  }

  /** Once a cell is selected, and again when more samples of it came. */
  #askForDetail(): void {
    const { selected } = this.settings;
    if (!selected) return;
    const variant = this.#table.variants.findIndex(({ id }) => id === selected.variant);
    const row = this.#table.rows.ids.indexOf(selected.row);
    if (variant < 0 || row < 0) return;
    const asked = `${selected.variant}\n${selected.row}\n${shownCell(this.#table, variant, row)?.samples ?? 0}`;
    if (asked === this.#asked) return;
    this.#asked = asked;
    this.editor.postMessage({ type: 'detail', ...selected });
  }

  #goldOfDetail(): string {
    const { ids, golds } = this.#table.rows;
    return this.detail ? golds[ids.indexOf(this.detail.row)] ?? '' : '';
  }

  #open(row: number): void {
    const id = this.#table.rows.ids[this.#rows[row]!];
    if (id !== undefined) this.editor.postMessage({ type: 'openQuestion', row: id });
  }

  #toggle(id: string): void {
    const { scope } = this.snapshot!;
    const shown = this.#columns.map((place) => this.#table.variants[place]!.id);
    this.settings = {
      ...this.settings, shown: shown.includes(id) ? shown.filter((one) => one !== id) : [...shown, id],
      ...(scope.focus === undefined ? {} : { shownFor: scope.focus }),
    };
  }

  /** Wrong first, then right first, then the order of the file. */
  #sort(column: number): void {
    const variant = this.#table.variants[this.#columns[column]!]!.id;
    const { sort, ...rest } = this.settings;
    if (sort?.variant !== variant) this.settings = { ...rest, sort: { variant, first: 'wrong' } };
    else this.settings = sort.first === 'wrong' ? { ...rest, sort: { variant, first: 'right' } } : rest;
  }

  #gridSort(): AnswersGrid['sort'] {
    const { sort } = this.settings;
    const column = this.#columns.findIndex((place) => this.#table.variants[place]!.id === sort?.variant);
    return sort && column >= 0 ? { column, first: sort.first } : undefined;
  }

  #copy(form: 'markdown' | 'csv'): void {
    const { texts } = this.snapshot!;
    const excerpt = { table: this.#table, columns: this.#columns, rows: this.#rows, texts };
    this.editor.postMessage({ type: 'copy', text: form === 'csv' ? toCsv(excerpt) : toMarkdown(excerpt) });
    this.said = fill(texts.copied, this.#rows.length);
  }
}

customElements.define('answers-app', AnswersApp);
