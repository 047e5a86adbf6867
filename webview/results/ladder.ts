// Models below each other, each under the one it was trained from, and a study's grid: scores with their changes.
import { html, nothing, type TemplateResult } from 'lit';
import type { Estimate } from '../../src/base/math/statistics';
import type { ResultsChanges, ResultsEvaluation, ResultsGrid, ResultsSnapshot, ResultsTask, ResultsTexts } from '../../src/protocol/panels/results';
import { type Choice, depthOf } from './settings';
import { cellOf, domainsOf, gridCell, metricOf, type ScoreCell, tasksOf } from './tables';
import { changeText, directionMarks, directionOf, fill, fullName, percent, scoreText, seedsText } from './words';

export function ladder(snapshot: ResultsSnapshot, { shown, metric, base }: Choice, changes: ResultsChanges | undefined): TemplateResult {
  const { texts } = snapshot;
  const tasks = tasksOf(snapshot, shown);
  const domains = domainsOf(shown);
  return html`<div class="scroll" tabindex="0" role="region" aria-label=${texts.tabs.ladder}><table class="scores">
    <thead><tr><th scope="col">${texts.model}</th>${tasks.map((task) => html`<th scope="col" class="number">${task.name}<span class="line faint">${metricOf(task, metric)}</span></th>`)}
      ${domains.map((domain) => html`<th scope="col" class="number">${fill(texts.heldOut, domain)}</th>`)}</tr></thead>
    <tbody>${shown.map((one) => html`<tr data-evaluation=${one.id}>
      <th scope="row">${modelName(one, depthOf(one, shown), one.id === base ? texts.base : '')}</th>
      ${tasks.map((task) => html`<td class="number">${scoreCell(cellOf(one, task, metric, changes), texts)}</td>`)}
      ${domains.map((domain) => html`<td class="number">${one.bitsPerByte[domain]?.toFixed(3) ?? ''}</td>`)}
    </tr>`)}</tbody>
  </table></div>
  <p class="faint">${texts.score}. ${texts.points} ${directionMarks.up}${directionMarks.down} > 2 ×.</p>`;
}

/** Ancestry is told by signs, so that it is read aloud too. */
function modelName(one: ResultsEvaluation, depth: number, mark: string): TemplateResult {
  return html`<span class="strong">${depth > 0 ? `${'\u00a0'.repeat(3 * (depth - 1))}└ ` : ''}${one.name}</span>${mark === '' ? nothing : html` <span class="badge">${mark}</span>`}<span class="line faint" title=${fullName(one)}>${one.facts.join(' · ')}</span>`;
}

function scoreCell(cell: ScoreCell | undefined, texts: ResultsTexts): TemplateResult {
  if (!cell) return html`<span class="faint">–</span>`;
  return html`<span class="strong">${scoreText(cell.score)}</span>
    ${cell.seeds ? html`<span class="line faint">${seedsText(cell.seeds, texts)}</span>` : nothing}
    ${change(cell.toParent, texts.toParent)}${change(cell.toBase, texts.toBase)}
    ${cell.answered ? html`<span class="line faint">${fill(texts.answered, percent(cell.answered.accuracy))} · ${fill(texts.failureRate, percent(cell.answered.failureRate))}</span>` : nothing}`;
}

function change(estimate: Estimate | undefined, word: string): TemplateResult | typeof nothing {
  if (!estimate) return nothing;
  const direction = directionOf(estimate);
  return html`<span class=${`line ${direction}`}>${directionMarks[direction]} ${changeText(estimate)} <span class="faint">${word}</span></span>`;
}

export function gridView(snapshot: ResultsSnapshot, grid: ResultsGrid, task: ResultsTask, metric: string, changes: ResultsChanges | undefined): TemplateResult {
  const { texts } = snapshot;
  return html`<div class="scroll" tabindex="0" role="region" aria-label=${texts.tabs.grid}><table class="scores">
    <thead><tr><th scope="col">${grid.title}</th>${grid.columns.map((column) => html`<th scope="col" class="number">${column}</th>`)}</tr></thead>
    <tbody>${grid.rows.map((row, at) => html`<tr><th scope="row">${row}</th>${grid.columns.map((_, column) => {
      return html`<td class="number">${scoreCell(gridCell(grid.cells[at]?.[column] ?? [], snapshot, grid, task, metric, changes), texts)}</td>`;
    })}</tr>`)}</tbody>
  </table></div><p class="faint">${texts.score}. ${texts.points}</p>`;
}
