// Problems of the text, each with the way to its line.
import { html, type TemplateResult } from 'lit';
import type { FormProblem, MixFormTexts } from '../../src/protocol/panels/mix';
import { fill } from '../common/fill';

export function problemList(problems: readonly FormProblem[], texts: MixFormTexts, open: (line?: number) => void, heading?: string): TemplateResult {
  return html`<section class="problems" role="alert" aria-label=${texts.problems}>
    ${heading === undefined ? '' : html`<h2>${heading}</h2>`}
    <ul>${problems.map(({ message, next, line }) => html`<li>
      <span>${line === undefined ? '' : html`<strong>${fill(texts.line, String(line))}</strong> `}${message}${next === undefined ? '' : html`<br><span class="faint">${next}</span>`}</span>
      <vscode-button appearance="secondary" data-action="openLine" @click=${() => { open(line); }}>${line === undefined ? texts.openText : fill(texts.goToLine, String(line))}</vscode-button>
    </li>`)}</ul>
  </section>`;
}
