// The parts of the page above the curves: what the study found.
import { intervalText, number, percent, points, pointsWithError, pValue, seedsText, seedsWords, withError } from '../format';
import { reportTables, type ReportTable } from '../order';
import type { CellScore, ComparisonReport, StudyReport, TestedDifference } from '../model';
import { html, type Html } from './html';

export function headline(report: StudyReport): Html {
  const { interaction, comparisons } = report;
  return html`<section id="findings"><h2>Findings on the primary metric</h2>
<p><b>${report.primaryMetric.metric}</b> on <b>${report.primaryMetric.task}</b>, named before the study ran. Differences are in percentage points over the same questions, ± one standard error of the paired difference.</p>
<div class="scroll"><table><thead><tr><th scope="col">Contrast</th><th scope="col">Points</th><th scope="col">95 % interval</th><th scope="col">Bootstrap 95 %</th><th scope="col">p (McNemar, or resampling of seeds; Holm)</th><th scope="col">Beyond 2 se</th></tr></thead><tbody>
${interaction && contrastRow(html`Interaction: (${interaction.treated} − ${interaction.treatedParent}) − (${interaction.control} − ${interaction.controlParent})`, interaction.result, '')}
${comparisons.map((one) => contrastRow(html`${one.better} − ${one.than}<br><small>${one.because} (${seedsWords(one.result?.seeds)})</small>`, one.result, adjustedP(one)))}
</tbody></table></div></section>`;
}

function adjustedP({ result }: ComparisonReport): string {
  return result ? `${pValue(result.p)}, ${pValue(result.adjustedP)}` : '';
}

function contrastRow(label: Html, result: TestedDifference | undefined, p: string): Html {
  if (!result) return html`<tr><th scope="row">${label}</th><td colspan="5">not evaluated yet</td></tr>`;
  return html`<tr><th scope="row">${label}</th><td>${pointsWithError(result)}</td><td>${intervalText(result.interval, points)}</td><td>${intervalText(result.bootstrap, points)}</td><td>${p}</td><td>${result.beyondTwoStandardErrors ? 'yes' : 'no'}</td></tr>`;
}

export function gridSection(report: StudyReport): Html {
  return html`<section id="scores"><h2>Scores</h2>
<p>Accuracy in per cent ± one standard error, the 95 % interval below it (Wilson; of several seeds, by resampling seeds and questions), then the change in points from the model the run started from${report.grid.base === undefined ? '' : ` and from ${report.grid.base}`}. <b>acc</b> takes the choice with the highest log-likelihood, <b>acc_norm</b> divides it by the length of the choice first, as lm-evaluation-harness does.</p>
${reportTables(report).map((one) => gridTable(report, one))}</section>`;
}

function gridTable(report: StudyReport, { task, metric, alike }: ReportTable): Html {
  const { rows, columns, cells } = report.grid;
  const primary = task.task === report.primaryMetric.task && metric === report.primaryMetric.metric;
  const facts = [
    `${task.questions} questions`,
    task.chance === undefined ? '' : `guessing ${percent(task.chance)} %`,
    task.shots > 0 ? `${task.shots} shots` : 'no shots',
    task.setAside > 0 ? `records set aside: ${task.setAside}` : '',
    task.questionBlind ? 'question-blind baseline' : '',
    primary ? 'primary metric' : '',
    alike === undefined ? '' : `${alike} is the same`,
  ].filter(Boolean).join(', ');
  return html`<div class="scroll"><table class="${primary ? 'grid primary' : 'grid'}"><caption><b>${task.task} ${metric}</b> · ${facts}</caption>
<thead><tr><td></td>${columns.map((column) => html`<th scope="col">${column.title}</th>`)}</tr></thead>
<tbody>${rows.map((row) => html`<tr><th scope="row">${row.title}</th>${columns.map((column) => {
    const cell = cells.find((one) => one.row === row.name && one.column === column.name);
    const score = cell?.scores[task.task]?.[metric];
    return score ? cellHtml(score, cell.steps.join(', ')) : html`<td>–</td>`;
  })}</tr>`)}</tbody></table></div>`;
}

function cellHtml(score: CellScore, step: string): Html {
  return html`<td title="${step}"><b>${withError(score)}</b>${score.seeds && html`<small>${seedsText(score.seeds)}</small>`}<small>${intervalText(score.interval)}</small>${score.toParent && html`<small>parent ${pointsWithError(score.toParent)}</small>`}${score.toBase && html`<small>base ${pointsWithError(score.toBase)}</small>`}</td>`;
}

export function heldOutSection({ heldOut }: StudyReport): Html {
  if (heldOut.sets.length === 0) return html``;
  return html`<section id="held-out"><h2>Held-out loss</h2>
<p>Nats per token, and bits per byte in brackets, before and after each run. Lower is better. Only bits per byte compare across tokenizers.</p>
<div class="scroll"><table><thead><tr><td></td>${heldOut.sets.map(headingOfSet)}</tr>
<tr><th scope="col">run</th>${heldOut.sets.map(() => html`<th scope="col">before</th><th scope="col">after</th><th scope="col">change</th>`)}</tr></thead>
<tbody>${heldOut.runs.map(({ step, values }) => html`<tr><th scope="row">${step}</th>${heldOut.sets.map(({ name }) => {
    const { before, after } = values[name] ?? {};
    const show = (value: typeof before): string => (value ? `${number(value.loss)} (${number(value.bitsPerByte)})` : '–');
    const change = before && after ? after.loss - before.loss : undefined;
    return html`<td>${show(before)}</td><td>${show(after)}</td><td>${change === undefined ? '–' : `${change > 0 ? '+' : ''}${number(change)}`}</td>`;
  })}</tr>`)}</tbody></table></div></section>`;
}

function headingOfSet({ name, domain, isWholeDomain }: StudyReport['heldOut']['sets'][number]): Html {
  if (isWholeDomain) return html`<th scope="col" colspan="3">${domain} <small>all its sets</small></th>`;
  return html`<th scope="col" colspan="3">${name}${domain !== undefined && domain !== name && html` <small>${domain}</small>`}</th>`;
}

export function promptingSection({ prompting }: StudyReport): Html {
  if (prompting.length === 0) return html``;
  return html`<section id="prompting"><h2>Prompting</h2>
<p>Free answers, read back by a fixed rule; an answer that names no option counts as wrong. Not the same measure as the likelihood scores above.</p>
${prompting.map((one) => html`<div class="scroll"><table><caption><b>${one.of}</b> · ${one.step}, ${one.questions} questions</caption>
<thead><tr><th scope="col">Strategy</th><th scope="col">Samples a question</th><th scope="col">Accuracy</th><th scope="col">95 % interval</th><th scope="col">Change from ${one.strategies[0]?.name}</th><th scope="col">Answered</th><th scope="col">Accuracy of the answered</th><th scope="col">No answer</th><th scope="col">Agreement</th></tr></thead>
<tbody>${one.strategies.map((strategy) => html`<tr><th scope="row">${strategy.name}</th><td>${strategy.samplesPerQuestion}</td><td>${withError(strategy.accuracy)}</td><td>${intervalText(strategy.accuracy.interval)}</td><td>${strategy.toFirst ? pointsWithError(strategy.toFirst) : '–'}</td><td>${number(strategy.answered, Number.isInteger(strategy.answered) ? 0 : 1)}</td><td>${strategy.accuracyAnswered === undefined ? '–' : percent(strategy.accuracyAnswered)}</td><td>${percent(strategy.failureRate)}</td><td>${strategy.agreement === undefined ? '–' : percent(strategy.agreement)}</td></tr>`)}</tbody></table></div>`)}</section>`;
}
