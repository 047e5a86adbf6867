// What a build says of a list as a whole, above its rows.
import { html, nothing, type TemplateResult } from 'lit';
import type { FindingList, FindingsBuild, FindingsTexts } from '../../src/protocol/panels/findings';
import { fill } from '../common/fill';
import { formatCount } from '../common/format';

export function summaryOf(list: FindingList, build: FindingsBuild, listed: number | undefined, texts: FindingsTexts): TemplateResult | typeof nothing {
  switch (list) {
    case 'samples': return nothing;
    case 'dropped': {
      const dropped = droppedDocuments(build);
      return listed === undefined || listed >= dropped ? nothing : html`<p class="faint">${fill(texts.listedOf, formatCount(listed), formatCount(dropped))}</p>`;
    }
    case 'duplicates': {
      if (!build.duplicates) return html`<p>${texts.notLookedFor}</p>`;
      const { clusters, documents, settings, comparedPairs, skippedPairs, tooShort, listedClusters } = build.duplicates;
      return html`${listedClusters >= clusters ? nothing : html`<p data-note="clusters">${fill(texts.clustersListed, formatCount(listedClusters), formatCount(clusters))}</p>`}
        ${skippedPairs === 0 ? nothing : html`<p data-note="skipped">${fill(texts.pairsSkipped, formatCount(skippedPairs))}</p>`}
        <p class="faint">${fill(texts.duplicatesSummary, formatCount(clusters), formatCount(documents), settings.nGrams, settings.threshold, formatCount(comparedPairs), formatCount(tooShort))}</p>`;
    }
    case 'phi': return html`<p class="faint">${texts.phiNote} ${build.phi && build.phi.notScreened.length > 0 ? fill(texts.notScreened, build.phi.notScreened.join(', ')) : ''}</p>`;
    case 'contamination': return benchmarks(build, texts);
  }
}

/** Of all sources, held-out files apart; what was held out is not lost and not listed. */
export function droppedDocuments({ funnel }: FindingsBuild): number {
  return funnel.reduce((sum, { steps }) => sum + steps.reduce((all, { dropped }) => all + Object.entries(dropped).reduce((of, [reason, count]) => of + (reason === 'held-out' ? 0 : count), 0), 0), 0);
}

function benchmarks({ contamination }: FindingsBuild, texts: FindingsTexts): TemplateResult {
  return html`<div class="checked"><table class="numbers"><thead><tr><th scope="col">${texts.benchmark}</th><th></th><th></th><th scope="col" class="number">${texts.questions}</th><th scope="col" class="number">${texts.tooShort}</th><th scope="col" class="number">${texts.documents}</th></tr></thead>
    <tbody>${(contamination?.checked ?? []).map(({ benchmark, file, state, split, questions, tooShort, documents }) => html`<tr data-benchmark=${benchmark} class=${state === 'checked' ? '' : 'unchecked'}>
      <th scope="row" title=${file ?? ''}>${benchmark}</th><td>${state === 'checked' ? `✓ ${texts.state.checked}` : html`<b>▲ ${texts.state['not-checked']}</b>`}</td><td>${state === 'checked' ? texts.split[split] : ''}</td>
      ${state === 'checked' ? html`<td class="number">${formatCount(questions)}</td><td class="number">${formatCount(tooShort)}</td><td class="number">${formatCount(documents)}</td>` : html`<td></td><td></td><td></td>`}</tr>`)}</tbody></table></div>`;
}
