// The selected cell in full: the question, what each sample answered, and the prompt. Everything is shown as text.
import { html, nothing, type TemplateResult } from 'lit';
import { fill } from '../common/fill';
import type { AnswerDetail, AnswersTexts, AnswersVariant, SampleText } from '../../src/protocol/panels/answers';
import { marks, variantName } from './words';

export function detailPane(detail: AnswerDetail | undefined, variant: AnswersVariant | undefined, gold: string, texts: AnswersTexts, open: () => void): TemplateResult {
  if (!detail || !variant) return html`<aside class="detail" tabindex="0"><p class="faint">${texts.selectCell}</p></aside>`;
  return html`<aside class="detail" tabindex="0" aria-label=${texts.answer}>
    <header><h2>${detail.row}</h2><vscode-button appearance="secondary" data-control="openQuestion" @click=${open}>${texts.openQuestion}</vscode-button></header>
    <p class="faint">${variantName(variant)}</p>
    ${detail.question === undefined ? html`<p class="faint">${texts.questionLost}</p>` : html`<pre class="text">${detail.question}</pre>`}
    <ul class="options">${detail.options.map(({ letter, text }) => html`<li class=${letter === gold ? 'gold' : ''}><b>${letter}</b> ${text}${letter === gold ? html` <span class="faint">${marks.right} ${texts.goldOption}</span>` : nothing}</li>`)}</ul>
    <h3>${texts.answer}</h3>
    ${detail.samples.length === 0 ? html`<p class="faint">${texts.notAsked}</p>` : detail.samples.map((sample) => sampleText(sample, detail.samples.length > 1, gold, texts))}
    <h3>${texts.prompt}</h3>
    ${promptText(detail, texts)}
    <p class="faint">${texts.research}</p>
  </aside>`;
}

function sampleText(sample: SampleText, isOneOfMany: boolean, gold: string, texts: AnswersTexts): TemplateResult {
  const verdict = sample.letter === undefined ? 'noAnswer' : sample.letter === gold ? 'right' : 'wrong';
  const words = { right: texts.right, wrong: texts.wrong, noAnswer: texts.noAnswer }[verdict];
  return html`<section class="sample">
    <p class=${verdict}>${isOneOfMany ? html`<span class="faint">${fill(texts.sample, sample.repeat + 1)}</span> ` : nothing}<span class="mark">${marks[verdict]}</span> <b>${sample.letter ?? ''}</b> ${words}</p>
    <pre class="text answer">${sample.answer}</pre>
    <p class="faint">${sample.letter === undefined ? texts.nothingTaken : fill(texts.taken, sample.taken)} (${sample.rule}, ${sample.finishReason})</p>
    ${sample.order === undefined ? nothing : html`<p class="faint">${fill(texts.order, sample.order)}</p>`}
    ${sample.exemplars === undefined ? nothing : html`<p class="faint">${fill(texts.exemplars, sample.exemplars.join(', '))}</p>`}
  </section>`;
}

function promptText({ prompt, promptIs }: AnswerDetail, texts: AnswersTexts): TemplateResult {
  if (!prompt) return html`<p class="faint">${texts.promptLost}</p>`;
  return html`${promptIs === 'rendered-again' ? html`<p class="faint">⚠ ${texts.promptRenderedAgain}</p>` : nothing}
    ${prompt.map(({ role, content }) => html`<section class="message"><h4>${role}</h4><pre class="text">${content}</pre></section>`)}`;
}
