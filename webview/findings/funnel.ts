// The funnel of a build: a picture in which the band of each source narrows from step to step, and a table with every number and
// reason, from which the dropped documents of a reason are a click away.
import { html, LitElement, svg, type TemplateResult } from 'lit';
import type { FunnelStep } from '../../src/protocol/mix-findings';
import type { FindingsTexts, FunnelSource } from '../../src/protocol/panels/findings';
import { fill } from '../common/fill';
import { formatBytes, formatCount, formatShare } from '../common/format';
import { patternOf, swatch } from '../common/pattern';
import { amountsOf, levels, shownSources, stepsOf } from './funnel-data';
import type { Unit } from './settings';

const heightPx = 170;

export class FunnelPicture extends LitElement {
  static override properties = { funnel: { attribute: false }, unit: { type: String }, source: { type: String }, texts: { attribute: false }, widthPx: { state: true } };

  declare funnel: readonly FunnelSource[];
  declare unit: Unit;
  declare source: string | undefined;
  declare texts: FindingsTexts;
  declare private widthPx: number;

  constructor() {
    super();
    this.funnel = [];
    this.unit = 'documents';
    this.widthPx = 0;
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    new ResizeObserver(() => { this.widthPx = this.clientWidth; }).observe(this);
  }

  protected override render(): TemplateResult {
    const { texts, unit, widthPx } = this;
    const sources = shownSources(this.funnel, this.source);
    const steps = stepsOf(sources);
    const all = sources.map((source) => levels(source, steps, unit));
    const totals = [0, ...steps.keys()].map((_, at) => all.reduce((sum, one) => sum + one[at]!, 0));
    const most = Math.max(1, ...totals);
    const stepPx = widthPx / Math.max(1, steps.length);
    const words = fill(texts.funnelPicture, format(totals.at(-1)!, unit), format(totals[0]!, unit), texts.units[unit]);
    return html`<svg class="funnel" width=${widthPx} height=${heightPx} role="img" aria-label=${words}>
      ${svg`<defs>${sources.map(({ name }) => patternOf(`funnel-${this.#place(name)}`, this.#place(name)))}</defs>
      ${sources.map(({ name }, index) => svg`<path class="segment" data-band=${name} fill=${`url(#funnel-${this.#place(name)})`} d=${band(all, totals, index, stepPx, most)}><title>${name}</title></path>`)}`}
    </svg>
    <ol class="steps">${steps.map((step, at) => {
      const lost = totals[at]! - totals[at + 1]!;
      return html`<li title=${texts.stepHelp[step]} class=${lost > 0 ? '' : 'faint'}><span class="step">${texts.steps[step]}</span><span class="lost">${lost > 0 ? `−${format(lost, unit)}` : '–'}</span></li>`;
    })}</ol>
    <p>${words} <span class="faint">${totals[0]! > 0 ? `${formatShare(totals.at(-1)! / totals[0]!)} ${texts.ofRead}` : ''}</span></p>
    <p class="key">${sources.map(({ name }) => html`<span>${swatch(`key-${this.#place(name)}`, this.#place(name))} ${name}</span>`)}</p>`;
  }

  #place(name: string): number {
    return Math.max(0, this.funnel.findIndex((one) => one.name === name));
  }
}

/** The outline of one source's band: levels stand in the middle of the picture, sources on top of one another. */
function band(all: readonly (readonly number[])[], totals: readonly number[], index: number, stepPx: number, most: number): string {
  const scale = (heightPx - 4) / most;
  const top = (at: number): number => heightPx / 2 - totals[at]! * scale / 2 + all.slice(0, index).reduce((sum, one) => sum + one[at]!, 0) * scale;
  const bottom = (at: number): number => top(at) + all[index]![at]! * scale;
  // A step narrows within its own column and leaves the level flat to the next, so that where it was lost can be seen.
  const points = totals.flatMap((_, at) => (at === 0 ? [[0, 0] as const] : [[(at - 0.65) * stepPx, at - 1] as const, [(at - 0.35) * stepPx, at] as const, ...(at === totals.length - 1 ? [[at * stepPx, at] as const] : [])]));
  const upper = points.map(([x, at]) => `${x.toFixed(1)},${top(at).toFixed(1)}`);
  const lower = [...points].reverse().map(([x, at]) => `${x.toFixed(1)},${bottom(at).toFixed(1)}`);
  return `M${[...upper, ...lower].join('L')}Z`;
}

export function funnelTable(funnel: readonly FunnelSource[], chosen: string | undefined, texts: FindingsTexts, goTo: (source: string, reason: string) => void): TemplateResult {
  const sources = chosen === undefined ? funnel : shownSources(funnel, chosen);
  return html`<div class="scroll"><table class="numbers" aria-label=${texts.tabs.funnel}>
    <thead><tr><th scope="col">${texts.source}</th><th scope="col">${texts.step}</th>${(['documents', 'bytes', 'tokens'] as const).map((unit) => html`<th scope="col" class="number" colspan="2">${texts.units[unit]}<span class="faint"> ${texts.into} → ${texts.outOf}</span></th>`)}
      <th scope="col" class="number">${texts.dropped}</th><th scope="col">${texts.reasons}</th></tr></thead>
    ${sources.map(({ name, steps }) => html`<tbody data-source=${name}>${steps.map((step, at) => html`<tr data-step=${step.step} class=${step.documentsIn === step.documentsOut ? 'same' : ''}>
      ${at === 0 ? html`<th scope="rowgroup" rowspan=${steps.length}>${swatch(`row-${funnel.findIndex((one) => one.name === name)}`, funnel.findIndex((one) => one.name === name))} ${name}</th>` : ''}
      <th scope="row" title=${texts.stepHelp[step.step]}>${texts.steps[step.step]}</th>${numbers(step)}
      <td class="number">${step.documentsIn === step.documentsOut ? '' : formatCount(step.documentsIn - step.documentsOut)}</td>
      <td>${Object.entries(step.dropped).map(([reason, count]) => html`<button type="button" class="link" data-reason=${reason} @click=${() => { goTo(name, reason); }}>${reason} ${formatCount(count)}</button> `)}</td>
    </tr>`)}</tbody>`)}
  </table></div>
  ${sources.some(({ steps }) => steps.some(({ tokensEstimated }) => tokensEstimated)) ? html`<p class="faint">${texts.estimated}</p>` : ''}`;
}

function numbers(step: FunnelStep): TemplateResult[] {
  return (['documents', 'bytes', 'tokens'] as const).map((unit) => {
    const { into, outOf } = amountsOf(step, unit);
    const about = unit === 'tokens' && step.tokensEstimated ? '≈ ' : '';
    return html`<td class="number">${about}${format(into, unit)}</td><td class="number out">${about}${format(outOf, unit)}</td>`;
  });
}

function format(value: number, unit: Unit): string {
  return unit === 'bytes' ? formatBytes(value) : formatCount(value);
}

customElements.define('funnel-picture', FunnelPicture);
