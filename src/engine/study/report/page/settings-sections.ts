// The parts of the page below the curves: what was run, with what settings, on what.
import { formatDuration } from '../../../../base/time/duration';
import { count, percent } from '../format';
import type { StudyReport } from '../model';
import { html, type Html } from './html';

export function stepsSection({ steps }: StudyReport): Html {
  return html`<section id="steps"><h2>Steps</h2><div class="scroll"><table>
<thead><tr><th scope="col">Step</th><th scope="col">Kind</th><th scope="col">State</th><th scope="col">Time</th><th scope="col">Job</th></tr></thead>
<tbody>${steps.map((step) => html`<tr><th scope="row">${step.name}</th><td>${step.kind}</td><td>${step.state}</td><td>${step.durationMs === undefined ? '' : formatDuration(step.durationMs)}</td><td><code>${step.job}</code></td></tr>`)}</tbody></table></div></section>`;
}

/** Settings as columns would be too wide: one row a setting, one column a run. */
export function settingsSection({ runs }: StudyReport): Html {
  if (runs.length === 0) return html``;
  const keys = [...new Set(runs.flatMap(({ values }) => Object.keys(values)))];
  return html`<section id="settings"><h2>Settings of the runs</h2><div class="scroll"><table>
<thead><tr><td></td>${runs.map(({ step }) => html`<th scope="col">${step}</th>`)}</tr></thead>
<tbody>${keys.map((key) => html`<tr><th scope="row">${key}</th>${runs.map(({ values }) => html`<td>${values[key]}</td>`)}</tr>`)}</tbody></table></div></section>`;
}

export function mixesSection({ mixes }: StudyReport): Html {
  if (mixes.length === 0) return html``;
  return html`<section id="data"><h2>Data mixes</h2><div class="scroll"><table>
<thead><tr><th scope="col">Mix</th><th scope="col">Used by</th><th scope="col">Stage</th><th scope="col">Source</th><th scope="col">Domain</th><th scope="col">Tokens</th><th scope="col">Share %</th><th scope="col">Passes</th></tr></thead>
<tbody>${mixes.map((mix) => mix.stages.map((stage) => stage.sources.map((source) => html`<tr><th scope="row">${mix.name} <code>${mix.hash}</code><br><small>sequence ${mix.sequenceLength}, tokenizer ${mix.tokenizer}</small></th><td>${mix.usedBy.join(', ')}</td><td>${stage.name}</td><td>${source.name}</td><td>${source.domain}</td><td>${count(source.tokens)}</td><td>${percent(source.share)}</td><td>${source.epochs.toPrecision(3)}</td></tr>`)))}</tbody></table></div></section>`;
}

export function provenanceSection({ provenance }: StudyReport): Html {
  if (provenance.length === 0) return html``;
  const keys = [...new Set(provenance.flatMap(({ values }) => Object.keys(values)))];
  return html`<section id="provenance"><h2>Provenance</h2><div class="scroll"><table>
<thead><tr><th scope="col">Step</th><th scope="col">Job</th><th scope="col">Attempts</th>${keys.map((key) => html`<th scope="col">${key}</th>`)}</tr></thead>
<tbody>${provenance.map((row) => html`<tr><th scope="row">${row.step}</th><td><code>${row.job}</code></td><td>${row.attempts}</td>${keys.map((key) => html`<td>${row.values[key]}</td>`)}</tr>`)}</tbody></table></div></section>`;
}
