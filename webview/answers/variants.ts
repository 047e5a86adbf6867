// The variants: what each came to, and which of them are columns.
import { html, nothing, type TemplateResult } from 'lit';
import { wilsonInterval } from '../../src/base/math/statistics';
import type { AnswersTexts, AnswersVariant } from '../../src/protocol/panels/answers';
import { fill } from '../common/fill';
import { cotName, percent, variantName } from './words';

export function variantsTable(variants: readonly AnswersVariant[], shown: ReadonlySet<string>, texts: AnswersTexts, toggle: (id: string) => void): TemplateResult {
  return html`<div class="variants" tabindex="0" aria-label=${texts.variants}><table>
    <thead><tr>
      <th scope="col">${texts.variant}</th><th scope="col" class="number">${texts.questions}</th><th scope="col" class="number">${texts.accuracy}</th>
      <th scope="col" class="number">${texts.interval}</th><th scope="col" class="number">${texts.accuracyAnswered}</th>
      <th scope="col" class="number">${texts.failureRate}</th><th scope="col" class="number">${texts.agreement}</th><th scope="col" class="number">${texts.likelihood}</th>
    </tr></thead>
    <tbody>${variants.map((variant) => row(variant, shown.has(variant.id), texts, toggle))}</tbody>
  </table></div>`;
}

function row(variant: AnswersVariant, isShown: boolean, texts: AnswersTexts, toggle: (id: string) => void): TemplateResult {
  const { n, correct, accuracy, accuracyAnswered, failureRate, agreement } = variant.summary;
  const facts = [
    variant.strategy, cotName(variant.cot), ...variant.overrides, variant.origin === 'asks' ? texts.asked : '',
    variant.state && variant.state !== 'done' ? texts.states[variant.state] : '',
  ].filter(Boolean);
  return html`<tr data-variant=${variant.id}>
    <th scope="row"><vscode-checkbox .checked=${isShown} @change=${(event: Event) => {
      if ((event.target as HTMLInputElement).checked !== isShown) toggle(variant.id);
    }}><span class="facts" title=${variantName(variant)}><span class="strong">${variant.model}</span> ${facts.join(' · ')}</span>${variant.cloud ? html` <span class="badge">☁ ${texts.cloud}</span>` : nothing}${variant.isOutdated ? html` <span class="faint" title=${texts.outdated}>⚠ ${texts.outdated}</span>` : nothing}</vscode-checkbox>${notes(variant, texts)}</th>
    <td class="number">${n}</td><td class="number strong">${n === 0 ? '–' : percent(accuracy)}</td>
    <td class="number faint">${n === 0 ? '–' : wilsonInterval(correct, n).map(percent).join(' – ')}</td>
    <td class="number">${percent(accuracyAnswered)}</td><td class="number">${n === 0 ? '–' : percent(failureRate)}</td><td class="number">${percent(agreement)}</td>
    ${likelihoodCell(variant, texts)}
  </tr>`;
}

/** On a line of its own, since the first one is cut where the panel is narrow. */
function notes({ isOtherPrompt, spent }: AnswersVariant, texts: AnswersTexts): TemplateResult | typeof nothing {
  const lines = [isOtherPrompt ? `↺ ${texts.otherPrompt}` : '', spent ?? ''].filter(Boolean);
  return lines.length === 0 ? nothing : html`<div class="notes faint">${lines.join(' · ')}</div>`;
}

/** Another metric than those before it; where there is none, why not. */
function likelihoodCell({ likelihood }: AnswersVariant, texts: AnswersTexts): TemplateResult {
  if ('reason' in likelihood) return html`<td class="number faint" title=${fill(texts.noLikelihood, likelihood.reason)} aria-label=${fill(texts.noLikelihood, likelihood.reason)}>–</td>`;
  const { accuracy, standardError, n } = likelihood;
  return html`<td class="number" title=${`n = ${n}`}>${percent(accuracy)}${standardError === null ? nothing : html` <span class="faint">± ${percent(standardError)}</span>`}</td>`;
}
