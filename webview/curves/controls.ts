// The controls above the charts.
import { html, type TemplateResult } from 'lit';
import type { CurvesTexts } from '../../src/protocol/panels/curves';
import { amountAt, type CurvesSettings, positionOf, xAxes } from './settings';

export interface ControlEvents {
  readonly change: (change: Partial<CurvesSettings>) => void;
  readonly chooseRuns: () => void;
  /** Absent while everything is in sight. */
  readonly resetZoom: (() => void) | undefined;
}

export function controls(texts: CurvesTexts, settings: CurvesSettings, events: ControlEvents): TemplateResult {
  const axes = { tokens: texts.tokens, step: texts.steps, elapsedMs: texts.time };
  return html`<div class="controls">
    <span class="control"><span id="x-axis">${texts.xAxis}</span>
      <vscode-dropdown aria-labelledby="x-axis" data-control="xAxis" .value=${settings.xAxis} @change=${(event: Event) => {
        const chosen = xAxes.find((one) => one === (event.target as HTMLSelectElement).value);
        if (chosen) events.change({ xAxis: chosen });
      }}>${xAxes.map((axis) => html`<vscode-option value=${axis} ?selected=${axis === settings.xAxis}>${axes[axis]}</vscode-option>`)}</vscode-dropdown>
    </span>
    <label class="control" title=${texts.smoothingHelp}>${texts.smoothing}
      <input type="range" data-control="smoothing" min="0" max="1" step="0.01" .value=${String(positionOf(settings.smoothing))} aria-valuetext=${settings.smoothing.toFixed(3)}
        @input=${(event: Event) => { events.change({ smoothing: amountAt(Number((event.target as HTMLInputElement).value)) }); }}>
      <output>${settings.smoothing.toFixed(3)}</output>
    </label>
    <vscode-checkbox data-control="logarithmic" .checked=${settings.logarithmic} @change=${(event: Event) => {
      events.change({ logarithmic: (event.target as HTMLInputElement).checked });
    }}>${texts.logarithmic}</vscode-checkbox>
    <span class="actions">
      <vscode-button appearance="secondary" data-control="resetZoom" ?disabled=${!events.resetZoom} @click=${() => { events.resetZoom?.(); }}>${texts.resetZoom}</vscode-button>
      <vscode-button data-control="chooseRuns" @click=${events.chooseRuns}>${texts.chooseRuns}</vscode-button>
    </span>
  </div>`;
}
