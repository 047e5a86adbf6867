// One question in full: its prompt, and what each evaluation made of it. Everything is shown as text.
import { html, nothing, type TemplateResult } from 'lit';
import type { DetailAnswer, ResultsDetail, ResultsEvaluation, ResultsTexts } from '../../src/protocol/panels/results';
import { fill, fullName, percent } from './words';

export function detailPane(detail: ResultsDetail | undefined, evaluations: readonly ResultsEvaluation[], texts: ResultsTexts, open: (evaluation: string) => void): TemplateResult {
  if (!detail) return html`<aside class="detail" tabindex="0"><p class="faint">${texts.selectQuestion}</p></aside>`;
  return html`<aside class="detail" tabindex="0" aria-label=${texts.question}>
    <p><b>${fill(texts.target, detail.target)}</b></p>
    ${detail.answers.map((answer) => {
      const one = evaluations.find(({ id }) => id === answer.evaluation);
      return one ? answerView(answer, one, detail.target, texts, open) : nothing;
    })}
    <h3>${texts.prompt}</h3>
    <pre class="text">${detail.prompt}</pre>
    <p class="faint">${texts.research}</p>
  </aside>`;
}

function answerView(answer: DetailAnswer, one: ResultsEvaluation, target: string, texts: ResultsTexts, open: (evaluation: string) => void): TemplateResult {
  const verdict = answer.isRight === undefined ? 'none' : answer.isRight ? 'right' : 'wrong';
  const words = { none: texts.notAsked, right: texts.right, wrong: texts.wrong }[verdict];
  return html`<section class="answer" data-answer=${one.id}>
    <header><span class=${verdict}><span class="mark">${{ none: '', right: '✓', wrong: '✗' }[verdict]}</span> <b>${one.name}</b> <span class="faint">${one.facts.join(' · ')}</span> ${words}</span>
      ${verdict === 'none' ? nothing : html`<vscode-button appearance="secondary" data-control="openItem" aria-label=${`${texts.openItem}: ${fullName(one)}`} @click=${() => { open(one.id); }}>${texts.openItem}</vscode-button>`}</header>
    ${answer.words === undefined ? nothing : html`<pre class="text">${answer.words}</pre>`}
    ${answer.options.length === 0 ? nothing : html`<table class="options"><thead><tr><th scope="col">${texts.option}</th><th scope="col" class="number">${texts.probability}</th><th scope="col" class="number">${texts.logLikelihood}</th></tr></thead>
      <tbody>${answer.options.map((option, place) => html`<tr class=${place === answer.chosen ? 'chosen' : ''}>
        <td>${option.text}${option.text === target ? ' ✓' : ''}${place === answer.chosen ? html` <span class="badge">${texts.chosen}</span>` : nothing}</td>
        <td class="number">${percent(option.probability)}</td><td class="number">${option.logLikelihood.toFixed(3)}</td></tr>`)}</tbody></table>`}
  </section>`;
}
