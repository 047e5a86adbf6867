// One stage: its total, whether its sources suffice, the bar, and a row a source.
import { html, type TemplateResult } from 'lit';
import { type MixEdit, withoutSource, withSource } from '../../src/documents/mix/amounts/edit';
import { type SourceSize, stageAmounts, type StageAmounts, type StageSettings } from '../../src/documents/mix/amounts/stage';
import type { FormMix, MixFormTexts } from '../../src/protocol/panels/mix';
import { stageBar } from './bar';
import { fill } from '../common/fill';
import { formatCount, formatEpochs, formatPlain } from '../common/format';
import { sourceRow } from './row';
import { cross } from './icons';
import { kindOfAmount, mendedShares, movedAmounts, type Scale, scaleOf, tokenScale } from './scale';

export interface StageEvents {
  readonly drag: (edit: MixEdit) => void;
  readonly send: (edit: MixEdit) => void;
}

export interface StageView {
  readonly index: number;
  /** With what is being dragged. */
  readonly mix: FormMix;
  /** As the file has it: scales of sliders come from it, so that they stand still while one is dragged. */
  readonly saved: StageSettings;
  readonly sizes: Readonly<Record<string, SourceSize | undefined>>;
  readonly keepSum: boolean;
  readonly texts: MixFormTexts;
}

export function stageSection(view: StageView, events: StageEvents): TemplateResult {
  const { index, mix, saved, sizes, keepSum, texts } = view;
  const stage = mix.stages[index]!;
  const amounts = stageAmounts(stage, sizes, mix.repeatCap);
  const placeOf = (name: string): number => Math.max(0, mix.sources.findIndex((source) => source.name === name));
  const unused = mix.sources.filter(({ name }) => !(name in stage.sources)).map(({ name }) => name);
  const kinds = new Set(Object.values(stage.sources).map(kindOfAmount));
  const control = kinds.size === 1 ? texts.kinds[[...kinds][0]!] : '';
  return html`<section data-stage=${stage.name} aria-label=${fill(texts.stage, stage.name)}>
    <header><h2>${fill(texts.stage, stage.name)}</h2><span class="actions">${total(view, stage, amounts, events)}
      ${mix.stages.length === 1 ? '' : html`<vscode-button appearance="icon" data-action="removeStage" title=${texts.removeStage} aria-label=${`${texts.removeStage}: ${stage.name}`} @click=${() => { events.send({ removeStage: index }); }}>${cross()}</vscode-button>`}</span></header>
    ${verdict(view, stage, amounts, events)}
    ${stageBar(`bar-${index}`, amounts, amounts.sources.map(({ source }) => ({ name: source, place: placeOf(source) })), texts)}
    <table class="rows">
      <thead><tr><th scope="col">${texts.source}</th><th scope="col">${control}</th><th scope="col" class="number">${texts.tokens}</th>
        <th scope="col" class="number">${texts.shareOfStage}</th><th scope="col" class="number">${texts.epochs}</th><th scope="col">${texts.available}</th><th></th></tr></thead>
      <tbody>${amounts.sources.map((amount, row) => sourceRow({
        key: `${index}-${row}`, amount, source: mix.sources.find(({ name }) => name === amount.source), size: sizes[amount.source], place: placeOf(amount.source),
        stage: stage.name, scale: scaleOf(saved.sources[amount.source] ?? amount.amount, sizes[amount.source], mix.repeatCap),
      }, texts, {
        drag: (value) => { events.drag({ stage: index, amounts: movedAmounts(stage, amount.source, value, keepSum) }); },
        set: (value) => { events.send({ stage: index, amounts: movedAmounts(stage, amount.source, value, keepSum) }); },
        ...(amounts.sources.length === 1 ? {} : { takeOut: () => { events.send({ stage: index, amounts: withoutSource(stage.sources, amount.source), without: [amount.source] }); } }),
      }))}</tbody>
    </table>
    ${unused.length > 0 ? html`<p class="unused"><span class="faint">${texts.notInStage}</span> ${unused.map((name) => html`<vscode-button appearance="secondary" data-action="putIn" data-put=${name}
      @click=${() => { events.send({ stage: index, amounts: withSource(stage.sources, name) }); }}>${fill(texts.putIn, name)}</vscode-button>`)}</p>` : ''}
  </section>`;
}

/** The stage's total: to be set when its sources are shares of it, else their sum. */
function total({ index, saved, texts }: StageView, stage: StageSettings, amounts: StageAmounts, events: StageEvents): TemplateResult {
  if (amounts.kind !== 'share') return html`<span class="total"><span class="faint">${texts.stageTokens}</span> <output data-value="total">${formatCount(amounts.tokens)}</output></span>`;
  const value = stage.tokens ?? 0;
  const scale: Scale = tokenScale(Math.max(amounts.mostTokens ?? 2 * value, saved.tokens ?? 0, 1));
  const take = (event: Event, then: (edit: MixEdit) => void): void => {
    const tokens = Math.round((event.target as HTMLInputElement).valueAsNumber);
    if (tokens >= 1) then({ stage: index, tokens });
    else (event.target as HTMLInputElement).value = formatPlain(value);
  };
  return html`<span class="total"><span class="faint">${texts.stageTokens}</span>
    <input type="range" aria-label=${texts.stageTokens} aria-valuetext=${formatCount(value)} min=${scale.min} max=${scale.max} step=${scale.step} .value=${String(value)}
      @input=${(event: Event) => { take(event, events.drag); }} @change=${(event: Event) => { take(event, events.send); }}>
    <input type="number" aria-label=${fill(texts.exactValue, texts.stageTokens, stage.name)} min="1" step="1" .value=${formatPlain(value)} @change=${(event: Event) => { take(event, events.send); }}>
    <output class="visually-hidden" data-value="total">${formatCount(amounts.tokens)}</output></span>`;
}

function verdict({ index, mix, texts }: StageView, stage: StageSettings, amounts: StageAmounts, events: StageEvents): TemplateResult {
  const { largest } = amounts;
  const sum = Object.values(stage.sources).reduce((all, amount) => all + ('share' in amount ? amount.share : 0), 0);
  if (amounts.kind === 'mixed') return state('bad', texts.mixedKinds);
  if (amounts.kind === 'share' && Math.abs(sum - 1) > 1e-6) {
    return state('bad', fill(texts.sharesSum, formatPlain(sum)), html`<vscode-button data-action="makeSum" @click=${() => { events.send({ stage: index, amounts: mendedShares(stage) }); }}>${texts.makeSum}</vscode-button>`);
  }
  if (amounts.feasible === undefined) return state('open', texts.unknownFeasible);
  if (amounts.feasible) return state('good', amounts.mostTokens === undefined ? texts.feasible : fill(texts.feasibleAtMost, formatCount(amounts.mostTokens)));
  const reasons = amounts.sources.flatMap(({ source, fault, epochs = 0 }) => (
    fault === 'empty' ? [fill(texts.nothingLeft, source)] : fault === 'repeat-cap' ? [fill(texts.repeated, source, formatEpochs(epochs), formatPlain(mix.repeatCap))] : []));
  return state('bad', [texts.notFeasible, ...reasons, ...(largest ? [] : [texts.noLargest])].join(' '), largest && html`<vscode-button data-action="applyLargest" @click=${() => {
    events.send({ stage: index, ...(largest.total === undefined ? {} : { tokens: largest.total }), amounts: largest.amounts });
  }}>${fill(texts.applyLargest, formatCount(largest.tokens))}</vscode-button>`);
}

function state(kind: 'good' | 'bad' | 'open', words: string, action?: TemplateResult): TemplateResult {
  return html`<div class="verdict ${kind}" role="status" data-verdict=${kind}><span class="sign" aria-hidden="true">${{ good: '✓', bad: '▲', open: '…' }[kind]}</span><span>${words}</span>${action ?? ''}</div>`;
}
