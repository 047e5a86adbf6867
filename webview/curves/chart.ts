// One chart: its title, the drawing or its data as a table, and the pinned legend.
import { html, LitElement, type PropertyValues, type TemplateResult } from 'lit';
import uPlot from 'uplot';
import { lowerBound } from '../../src/base/math/decimation';
import type { CurvesTexts } from '../../src/protocol/panels/curves';
import { onThemeChange } from '../common/theme';
import { type Chart, extent, type Range, tableRows } from './charts';
import { formatValue, formatX } from './format';
import { keyAction } from './keys';
import { legend } from './legend';
import { plotData } from './plot-data';
import { plotOptions } from './plot-options';
import { placeMarks, signatureMarks } from './signature-marks';
import { signatureCell } from './signatures';
import type { CurvesSettings } from './settings';

const heightPx = 230;

export class CurvesChart extends LitElement {
  static override properties = {
    chart: { attribute: false }, texts: { attribute: false }, settings: { attribute: false }, zoom: { attribute: false }, cursor: { state: true }, finding: { state: true },
  };

  declare chart: Chart;
  declare texts: CurvesTexts;
  declare settings: CurvesSettings;
  /** Part of the x axis in sight; all of it when undefined. */
  declare zoom: Range | undefined;
  declare private cursor: number | undefined;
  /** The failure signature pointed at. */
  declare private finding: string | undefined;
  #plot: uPlot | undefined;
  /** What the drawing was made for; another drawing is needed when it changes. */
  #shape = '';
  #theme = 0;
  #width = 0;
  readonly #resize = new ResizeObserver(() => { if (this.#box() && this.#box()!.clientWidth !== this.#width) this.requestUpdate(); });
  #endTheme: (() => void) | undefined;

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#resize.observe(this);
    this.#endTheme = onThemeChange(() => { this.#theme += 1; this.requestUpdate(); });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#resize.disconnect();
    this.#endTheme?.();
    this.#discard();
  }

  protected override render(): TemplateResult {
    const { chart, texts, settings } = this;
    const isTable = settings.tables.includes(chart.metric);
    return html`<section aria-label=${chart.title} data-metric=${chart.metric}>
      <header><h2>${chart.title}</h2>
        <vscode-button appearance="secondary" aria-pressed=${isTable ? 'true' : 'false'} aria-label=${`${isTable ? texts.showChart : texts.showTable}: ${chart.title}`}
          @click=${() => { this.#say('curves-table', chart.metric); }}>${isTable ? texts.showChart : texts.showTable}</vscode-button>
      </header>
      ${isTable ? this.#table() : html`<div class="frame"><div class="plot" tabindex="0" role="img" aria-label=${`${chart.title}. ${texts.chartKeys}`} title=${texts.chartKeys}
        @keydown=${(event: KeyboardEvent) => { this.#key(event); }}></div>${signatureMarks(chart.signatures, (text) => { this.finding = text; })}</div>
        ${chart.signatures.length === 0 ? '' : html`<p class="finding" aria-live="polite">${this.finding ?? `${texts.findings}: ${chart.signatures.length}`}</p>`}`}
      ${legend(chart.lines, this.cursor, texts, settings)}
    </section>`;
  }

  #table(): TemplateResult {
    const { lines, signatures, title } = this.chart;
    const { xAxis } = this.settings;
    const axis = { tokens: this.texts.tokens, step: this.texts.steps, elapsedMs: this.texts.time }[xAxis];
    const xs = tableRows(lines, signatures);
    const cell = (row: number, column: number): string => {
      const x = xs[row]!;
      if (column === 0) return formatX(x, xAxis);
      const line = lines[column - 1];
      if (!line) return signatureCell(signatures, x);
      const at = lowerBound(line.x, x);
      return line.x[at] === x ? formatValue(line.y[at]!) : '';
    };
    return html`<virtual-table .label=${title} .headers=${[axis, ...lines.map((line) => line.name), ...(signatures.length === 0 ? [] : [this.texts.findings])]} .rowCount=${xs.length} .cell=${cell}></virtual-table>`;
  }

  protected override updated(changed: PropertyValues<this>): void {
    const box = this.#box();
    if (!box) {
      this.#discard();
      return;
    }
    const width = Math.max(120, box.clientWidth);
    const { lines } = this.chart;
    const { xAxis, logarithmic, smoothing } = this.settings;
    const shape = JSON.stringify([lines.map(({ id, style }) => [id, style]), xAxis, logarithmic, smoothing > 0, this.#theme]);
    const isNew = !this.#plot || this.#plot.root.parentElement !== box || shape !== this.#shape;
    if (!isNew && width === this.#width && !(changed.has('chart') || changed.has('settings') || changed.has('zoom'))) return;
    const data = plotData(lines, this.#range(), Math.round(width / 2), logarithmic);
    if (isNew) {
      this.#discard();
      const events = {
        range: () => this.#range(), zoomed: (range: Range | undefined) => { this.#say('curves-zoom', range); }, pointed: (x: number | undefined) => { this.cursor = x; },
        drawn: (plot: uPlot) => { const layer = this.querySelector('.signatures'); if (layer) placeMarks(layer, this.chart.signatures, plot); },
      };
      this.#plot = new uPlot(plotOptions(lines, this.settings, { width, height: heightPx }, events), data, box);
    } else {
      if (width !== this.#width) this.#plot!.setSize({ width, height: heightPx });
      this.#plot!.setData(data);
    }
    this.#shape = shape;
    this.#width = width;
  }

  #range(): Range {
    return this.zoom ?? extent(this.chart.lines);
  }

  #key(event: KeyboardEvent): void {
    const action = keyAction(event, { all: extent(this.chart.lines), shown: this.#range(), cursor: this.cursor });
    if (!action) return;
    event.preventDefault();
    if ('zoom' in action) this.#say('curves-zoom', action.zoom);
    else if (this.#plot) this.#plot.setCursor({ left: this.#plot.valToPos(action.cursor, 'x'), top: this.#plot.over.clientHeight / 2 }, true);
  }

  #box(): HTMLElement | null {
    return this.querySelector<HTMLElement>('.plot');
  }

  #discard(): void {
    this.#plot?.destroy();
    this.#plot = undefined;
  }

  #say(name: string, detail: unknown): void {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true }));
  }
}

customElements.define('curves-chart', CurvesChart);
