// How far one evaluation's scores carry: calibration, the order of options, and subgroups of questions.
import { html, nothing, svg, type SVGTemplateResult, type TemplateResult } from 'lit';
import type { Calibration } from '../../src/base/math/calibration';
import type { ResultsFacts, ResultsTexts } from '../../src/protocol/panels/results';
import { dropdown } from './controls';
import { fill, percent, scoreText } from './words';

export function reliabilityView(facts: ResultsFacts | undefined, texts: ResultsTexts, pickField: (field: string) => void): TemplateResult | typeof nothing {
  if (!facts) return nothing;
  return html`<div class="scroll reliability" tabindex="0" role="region" aria-label=${texts.tabs.reliability}>
    <section><h2>${texts.calibration}</h2>${facts.calibration ? calibrationView(facts.calibration, texts) : html`<p class="faint">${texts.noCalibration}</p>`}</section>
    <section><h2>${texts.orders}</h2>${ordersView(facts, texts)}</section>
    <section><h2>${texts.subgroups}</h2>${subgroupsView(facts, texts, pickField)}</section>
  </div>`;
}

function calibrationView(calibration: Calibration, texts: ResultsTexts): TemplateResult {
  const bins = calibration.bins.filter(({ n }) => n > 0);
  return html`<p>${fill(texts.calibrationNote, percent(calibration.expectedError), calibration.n.toLocaleString(), percent(calibration.confidence), percent(calibration.accuracy))}</p>
    <div class="both"><svg class="diagram" viewBox="0 0 220 220" role="img" aria-label=${`${texts.calibration}: ${texts.accuracy} / ${texts.confidence}`}>${diagram(calibration)}</svg>
    <table class="scores"><thead><tr>${[texts.confidence, texts.questions, texts.confidence, texts.accuracy].map((head) => html`<th scope="col" class="number">${head}</th>`)}</tr></thead>
      <tbody>${bins.map(({ from, to, n, confidence, accuracy }) => html`<tr><th scope="row" class="number">${percent(from)} – ${percent(to)}</th><td class="number">${n}</td><td class="number">${percent(confidence)}</td><td class="number">${percent(accuracy)}</td></tr>`)}</tbody>
    </table></div>`;
}

/** Bars of accuracy over confidence; on the line the two are equal. */
function diagram({ bins }: Calibration): SVGTemplateResult {
  const [left, bottom, size] = [20, 200, 190];
  const width = size / bins.length;
  return svg`<line class="axis" x1=${left} y1=${bottom} x2=${left + size} y2=${bottom}></line><line class="axis" x1=${left} y1=${bottom} x2=${left} y2=${bottom - size}></line>
    ${bins.map(({ n, accuracy }, place) => (n === 0 ? nothing : svg`<rect class="bar" x=${left + place * width + 1} y=${bottom - accuracy * size} width=${width - 2} height=${Math.max(1, accuracy * size)}></rect>`))}
    <line class="ideal" x1=${left} y1=${bottom} x2=${left + size} y2=${bottom - size}></line>
    <text x=${left} y="214">0</text><text x=${left + size} y="214" text-anchor="end">100</text><text x="18" y=${bottom - size + 8} text-anchor="end">100</text>`;
}

function ordersView({ orders }: ResultsFacts, texts: ResultsTexts): TemplateResult {
  if (!orders) return html`<p class="faint">${texts.noOrders}</p>`;
  return html`<p>${fill(texts.ordersNote, orders.items.toLocaleString(), percent(orders.consistency), percent(orders.rightInAll), percent(orders.meanAccuracy))}</p>
    <table class="scores"><thead><tr><th scope="col" class="number">${texts.movedOn}</th><th scope="col" class="number">${texts.accuracy}</th></tr></thead>
      <tbody>${orders.orders.map(({ by, accuracy }) => html`<tr><th scope="row" class="number">${by}</th><td class="number">${percent(accuracy)}</td></tr>`)}</tbody></table>`;
}

function subgroupsView({ fields, field, subgroups }: ResultsFacts, texts: ResultsTexts, pickField: (field: string) => void): TemplateResult {
  if (field === undefined) return html`<p class="faint">${texts.noFields}</p>`;
  return html`${dropdown('field', texts.field, fields.map((name) => ({ id: name, name })), field, pickField)}
    <table class="scores"><thead><tr><th scope="col">${texts.value}</th><th scope="col" class="number">${texts.questions}</th><th scope="col" class="number">${texts.score}</th><th scope="col" class="number">95 % (Wilson)</th></tr></thead>
      <tbody>${subgroups.map(({ value, estimate, interval }) => html`<tr><th scope="row">${value === '' ? '–' : value}</th><td class="number">${estimate.n}</td><td class="number">${scoreText(estimate)}</td><td class="number">${percent(interval[0])} … ${percent(interval[1])}</td></tr>`)}</tbody></table>`;
}
