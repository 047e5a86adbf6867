// A row of a stage: the source, its slider and exact value, and what that makes in tokens and epochs.
import { html, type TemplateResult } from 'lit';
import type { SourceAmount, SourceSize } from '../../src/documents/mix/amounts/stage';
import type { FormSource, MixFormTexts } from '../../src/protocol/panels/mix';
import { fill } from '../common/fill';
import { formatCount, formatEpochs, formatPlain, formatShare } from '../common/format';
import { swatch } from '../common/pattern';
import { cross } from './icons';
import { kindOfAmount, type Scale, valueOf } from './scale';

export interface RowEvents {
  /** While the slider is held. */
  readonly drag: (value: number) => void;
  readonly set: (value: number) => void;
  /** Absent of the only source of a stage. */
  readonly takeOut?: () => void;
}

export interface Row {
  /** Apart from those of other rows of the page. */
  readonly key: string;
  readonly amount: SourceAmount;
  readonly source: FormSource | undefined;
  readonly size: SourceSize | undefined;
  readonly place: number;
  readonly scale: Scale;
  readonly stage: string;
}

export function sourceRow({ key, amount, source, size, place, scale, stage }: Row, texts: MixFormTexts, events: RowEvents): TemplateResult {
  const kind = kindOfAmount(amount.amount);
  const value = valueOf(amount.amount);
  const label = texts.kinds[kind];
  const unknown = '–';
  return html`<tr data-source=${amount.source} class=${amount.fault ? 'faulty' : ''}>
    <th scope="row">
      <span class="source">${swatch(`swatch-${key}`, place)}<span class="name" title=${source?.path ?? ''}>${amount.source}</span></span>
      <span class="facts">${source ? facts(source, texts) : texts.unknownSource}</span>
    </th>
    <td><div class="control">
      <input type="range" aria-label=${`${label}: ${amount.source}`} aria-valuetext=${shown(kind, value)} min=${scale.min} max=${scale.max} step=${scale.step} .value=${String(value)}
        @input=${(event: Event) => { events.drag(numberOf(event)); }} @change=${(event: Event) => { events.set(numberOf(event)); }}>
      <input type="number" aria-label=${fill(texts.exactValue, label, amount.source)} min=${kind === 'tokens' ? 1 : 0} max=${kind === 'share' ? 1 : ''} step="any" .value=${formatPlain(value)}
        @change=${(event: Event) => { takeExact(event, kind, value, events.set); }}>
    </div></td>
    <td class="number" data-value="tokens">${amount.tokens === undefined ? unknown : formatCount(amount.tokens)}</td>
    <td class="number" data-value="share">${amount.share === undefined ? unknown : formatShare(amount.share)}</td>
    <td class="number" data-value="epochs">${amount.epochs === undefined ? unknown : formatEpochs(amount.epochs)}${amount.fault ? html` <span class="fault" aria-hidden="true">▲</span>` : ''}</td>
    <td class="available faint" data-value="available">${size ? fill(texts.availableValue, formatCount(size.tokens), formatCount(size.documents)) : unknown}</td>
    <td class="number"><vscode-button appearance="icon" data-action="takeOut" ?disabled=${!events.takeOut} title=${fill(texts.takeOut, amount.source, stage)} aria-label=${fill(texts.takeOut, amount.source, stage)} @click=${events.takeOut}>${cross()}</vscode-button></td>
  </tr>`;
}

function facts(source: FormSource, texts: MixFormTexts): string {
  return [
    source.domain, texts.role[source.role], source.licence ?? texts.noLicence, texts.phi[source.phi], ...(source.egress === 'never' ? [texts.neverLeaves] : []),
  ].join(' · ');
}

function shown(kind: 'share' | 'epochs' | 'tokens', value: number): string {
  return kind === 'share' ? formatShare(value) : kind === 'epochs' ? formatEpochs(value) : formatCount(value);
}

function numberOf(event: Event): number {
  return Number((event.target as HTMLInputElement).value);
}

/** What is no amount is put back to what it was. */
function takeExact(event: Event, kind: 'share' | 'epochs' | 'tokens', before: number, set: (value: number) => void): void {
  const input = event.target as HTMLInputElement;
  const value = kind === 'tokens' ? Math.round(input.valueAsNumber) : input.valueAsNumber;
  if (Number.isFinite(value) && value >= 0 && (kind === 'share' ? value <= 1 : value > 0)) set(value);
  else input.value = formatPlain(before);
}
