// Two evaluations, task by task: paired differences and how sure they are.
import { html, type TemplateResult } from 'lit';
import type { ResultsPair, ResultsTexts } from '../../src/protocol/panels/results';
import { changeText, directionMarks, directionOf, percent, pointsOf, pValueText } from './words';

export function pairView(pair: ResultsPair | undefined, texts: ResultsTexts): TemplateResult {
  if (!pair) return html`<p class="empty">${texts.pickTwo}</p>`;
  if (pair.rows.length === 0) return html`<p class="empty">${texts.noShared}</p>`;
  const heads = [texts.questions, texts.first, texts.second, texts.difference, texts.interval, texts.onlyFirst, texts.onlySecond, texts.pValue, texts.adjustedP];
  return html`<div class="scroll" tabindex="0" role="region" aria-label=${texts.tabs.compare}><table class="scores pairs">
    <thead><tr><th scope="col">${texts.task}</th><th scope="col">${texts.metric}</th>${heads.map((head) => html`<th scope="col" class="number">${head}</th>`)}</tr></thead>
    <tbody>${pair.rows.map((row) => {
      const direction = directionOf(row.difference);
      return html`<tr><th scope="row">${row.task}</th><td>${row.metric}</td><td class="number">${row.difference.n.toLocaleString()}</td>
        <td class="number">${percent(row.first.value)}</td><td class="number">${percent(row.second.value)}</td>
        <td class=${`number strong ${direction}`}>${directionMarks[direction]} ${changeText(row.difference)}</td>
        <td class="number">${row.interval ? `${pointsOf(row.interval[0])} … ${pointsOf(row.interval[1])}` : pair.isResampling ? html`<span class="faint">${texts.resampling}</span>` : '–'}</td>
        <td class="number">${row.onlyFirst}</td><td class="number">${row.onlySecond}</td><td class="number">${pValueText(row.p)}</td><td class="number strong">${pValueText(row.adjustedP)}</td></tr>`;
    })}</tbody>
  </table></div><p class="faint">${texts.singleRun}</p>`;
}
