// The curves panel: controls, the list of runs, and a chart for each metric. Zoom is shared, so that all charts show the
// same part of training.
import { html, LitElement, type TemplateResult } from 'lit';
import type { CurveRun, CurvesTexts, CurvesToHost } from '../../src/protocol/panels/curves';
import type { EditorApi } from '../common/vscode-api';
import { chartsOf, type Range } from './charts';
import { controls } from './controls';
import { swatch } from './legend';
import { runStyle } from './run-style';
import { type CurvesSettings, firstSettings, type KeptState } from './settings';

export class CurvesApp extends LitElement {
  static override properties = { snapshot: { attribute: false }, settings: { attribute: false }, zoom: { state: true } };

  declare editor: EditorApi<CurvesToHost, KeptState>;
  declare snapshot: { readonly runs: readonly CurveRun[]; readonly texts: CurvesTexts } | undefined;
  declare settings: CurvesSettings;
  declare private zoom: Range | undefined;

  constructor() {
    super();
    this.settings = firstSettings;
    this.addEventListener('curves-zoom', (event) => { this.zoom = (event as CustomEvent<Range | undefined>).detail; });
    this.addEventListener('curves-table', (event) => { this.#change({ tables: toggled(this.settings.tables, (event as CustomEvent<string>).detail) }); });
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  protected override updated(): void {
    if (this.snapshot) this.editor.setState({ runIds: this.snapshot.runs.map((run) => run.id), settings: this.settings });
  }

  protected override render(): TemplateResult | undefined {
    const { snapshot, settings, zoom } = this;
    if (!snapshot) return undefined;
    const { runs, texts } = snapshot;
    const charts = chartsOf(runs, texts, settings);
    return html`<main>
      ${controls(texts, settings, {
        change: (change) => { this.#change(change); },
        chooseRuns: () => { this.editor.postMessage({ type: 'chooseRuns' }); },
        resetZoom: zoom && (() => { this.zoom = undefined; }),
      })}
      <ul class="runs" aria-label=${texts.runs}>${runs.map((run, place) => this.#run(run, place))}</ul>
      ${charts.length === 0 ? html`<p class="empty">${runs.length === 0 ? texts.noRuns : texts.noMetrics}</p>` : html`<div class="charts">
        ${charts.map((chart) => html`<curves-chart .chart=${chart} .texts=${texts} .settings=${settings} .zoom=${zoom}></curves-chart>`)}
      </div>`}
    </main>`;
  }

  #run(run: CurveRun, place: number): TemplateResult {
    const isShown = !this.settings.hidden.includes(run.id);
    return html`<li data-run=${run.id}>
      <vscode-checkbox .checked=${isShown} @change=${(event: Event) => {
        if ((event.target as HTMLInputElement).checked !== isShown) this.#change({ hidden: toggled(this.settings.hidden, run.id) });
      }}><span class="run">${swatch(runStyle(place))} <span class="name" title=${run.id}>${run.name}</span> <span class="faint">${this.snapshot!.texts.states[run.state]}</span></span></vscode-checkbox>
    </li>`;
  }

  #change(change: Partial<CurvesSettings>): void {
    // Another x axis has other values: what was in sight means nothing on it.
    if (change.xAxis !== undefined && change.xAxis !== this.settings.xAxis) this.zoom = undefined;
    this.settings = { ...this.settings, ...change };
  }
}

function toggled(list: readonly string[], one: string): string[] {
  return list.includes(one) ? list.filter((other) => other !== one) : [...list, one];
}

customElements.define('curves-app', CurvesApp);
