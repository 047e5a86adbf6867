// What is known of the row that is selected, and the ways to its text. Texts of samples are shown as text only.
import { html, nothing, type TemplateResult } from 'lit';
import type { FoundDocument, SampleLine } from '../../src/protocol/mix-findings';
import type { ClusterRow, FindingList, FindingRow, FindingRows, FindingsTexts, SampleTexts, TextStretch } from '../../src/protocol/panels/findings';
import { fill } from '../common/fill';
import { formatCount } from '../common/format';
import { keptOf, placeText } from './rows';

export interface DetailEvents {
  readonly open: (document: FoundDocument, stretch?: TextStretch) => void;
  readonly compare: (left: FoundDocument, right: FoundDocument) => void;
}

interface Detail<L extends FindingList> { readonly row: FindingRows[L]; readonly sample: SampleTexts | undefined; readonly texts: FindingsTexts; readonly events: DetailEvents }

export function detailPane(list: FindingList, row: FindingRow | undefined, sample: SampleTexts | undefined, texts: FindingsTexts, events: DetailEvents): TemplateResult {
  const body = row && (details[list] as (detail: Detail<FindingList>) => TemplateResult)({ row, sample, texts, events });
  return html`<section class="detail" aria-live="polite">${body ?? html`<p class="faint">${texts.choose}</p><p class="faint">${texts.keys}</p>`}</section>`;
}

const details: { readonly [L in FindingList]: (detail: Detail<L>) => TemplateResult } = {
  samples: ({ row, sample, texts, events }) => html`${head(row, texts, events, texts.steps[row.step])}
    ${sample ? html`<div class="sides">
      <div><h3>${texts.before}</h3><pre class="text" data-text="before">${sample.before}</pre></div>
      <div><h3>${sample.after === undefined ? fill(texts.afterDropped, row.reason ?? texts.steps[row.step]) : texts.after}</h3>
        ${sample.after === undefined ? html`<p class="faint">${row.step === 'kept' ? '' : texts.stepHelp[row.step]}</p>` : html`<pre class="text" data-text="after">${learnedText(sample.after, row)}</pre>${row.learned ? html`<p class="faint">${texts.learned}</p>` : nothing}`}</div>
    </div>${sample.isCut ? html`<p class="faint">${texts.cut}</p>` : nothing}` : html`<p class="faint">${texts.loading}</p>`}`,
  dropped: ({ row, texts, events }) => html`${head(row, texts, events, row.reason)}
    <dl>
      ${fact(texts.step, `${texts.steps[row.step]} – ${texts.stepHelp[row.step]}`)}
      ${fact(texts.reason, [row.reason, row.value === undefined ? '' : row.limit === undefined ? fill(texts.measured, row.value) : fill(texts.measuredAgainst, row.value, row.limit)].filter(Boolean).join(': '))}
      ${row.detail === undefined ? nothing : fact('', row.detail)}
    </dl>
    ${row.keeper ? html`<p>${fill(texts.insteadOf, `${row.keeper.source} ${row.keeper.document}`)}</p>
      <p>${button('compare', texts.compare, () => { events.compare(row.keeper!, row); })}</p>` : nothing}`,
  duplicates: ({ row, texts, events }) => html`<header><h2>${texts.cluster} · ${fill(texts.members, formatCount(row.members.length + row.more))}</h2></header>
    <table class="members"><thead><tr><th></th><th scope="col" class="number">${texts.similarity}</th><th scope="col">${texts.source}</th><th scope="col">${texts.document}</th><th></th></tr></thead>
      <tbody>${row.members.map((member, at) => memberRow(row, at, member, texts, events))}</tbody></table>
    ${row.more > 0 ? html`<p class="faint">${fill(texts.more, formatCount(row.more))}</p>` : nothing}`,
  phi: ({ row, texts, events }) => html`${head(row, texts, events, texts.action[row.action])}
    <ul class="findings">${row.findings.map((one) => html`<li><button type="button" class="link" data-finding=${one.class} @click=${() => { events.open(row, one); }}>${one.class}</button>
      <span class="faint">${one.message === undefined ? '' : `${fill(texts.message, one.message + 1)}, `}${fill(texts.characters, formatCount(one.start), formatCount(one.end))}</span></li>`)}</ul>
    ${row.more > 0 ? html`<p class="faint">${fill(texts.more, formatCount(row.more))}</p>` : nothing}
    <p class="faint">${texts.phiNote}</p>`,
  contamination: ({ row, texts, events }) => html`${head(row, texts, events, row.dropped ? texts.dropped : texts.stays, stretchOf(row))}
    <dl>${fact(texts.benchmark, `${row.benchmark} (${texts.split[row.split]})`)}${fact(texts.item, `${row.item} · ${row.file}`)}${fact(texts.reason, texts.by[row.by] + (row.nGram === undefined ? '' : ` × ${row.nGram}`))}
      ${row.start === undefined || row.end === undefined ? nothing : fact(texts.place, fill(texts.characters, formatCount(row.start), formatCount(row.end)))}</dl>`,
};

/** What Enter on a row opens. */
export function openedBy(list: FindingList, row: FindingRow): { readonly document: FoundDocument; readonly stretch?: TextStretch } | undefined {
  switch (list) {
    case 'duplicates': {
      const document = keptOf(row as ClusterRow);
      return document && { document };
    }
    case 'phi': {
      const document = row as FindingRows['phi'];
      const [stretch] = document.findings;
      return { document, ...(stretch ? { stretch } : {}) };
    }
    case 'contamination': {
      const stretch = stretchOf(row as FindingRows['contamination']);
      return { document: row as FindingRows['contamination'], ...(stretch ? { stretch } : {}) };
    }
    case 'samples': case 'dropped': return { document: row as FoundDocument };
  }
}

function stretchOf({ start, end }: FindingRows['contamination']): TextStretch | undefined {
  return start === undefined || end === undefined ? undefined : { start, end };
}

function head(document: FoundDocument, texts: FindingsTexts, events: DetailEvents, word: string, stretch?: TextStretch): TemplateResult {
  return html`<header><h2>${document.document}</h2><span class="badge">${word}</span>${button('open', texts.open, () => { events.open(document, stretch); })}</header>
    <p class="faint">${document.source} · ${placeText(document.place)}</p>`;
}

function memberRow(cluster: ClusterRow, at: number, member: ClusterRow['members'][number], texts: FindingsTexts, events: DetailEvents): TemplateResult {
  const kept = keptOf(cluster);
  return html`<tr data-member=${at}><td>${member.kept ? html`<b>✓ ${texts.kept}</b>` : html`✗ ${texts.dropped}`}</td><td class="number">${at === 0 ? '–' : member.jaccard.toFixed(3)}</td><td>${member.source}</td>
    <td class="wide">${member.document}</td><td class="buttons">${button('open', texts.open, () => { events.open(member); })}
      ${!kept || kept === member ? nothing : button('compare', texts.compare, () => { events.compare(kept, member); })}</td></tr>`;
}

/** Text that bears loss is marked by more than colour. */
function learnedText(text: string, { learned }: SampleLine): readonly (string | TemplateResult)[] {
  if (!learned) return [text];
  let at = 0;
  return [...learned.flatMap(([start, end]) => {
    const parts = [text.slice(at, start), html`<mark>${text.slice(start, end)}</mark>`];
    at = end;
    return parts;
  }), text.slice(at)];
}

function fact(name: string, value: string): TemplateResult {
  return html`<dt>${name}</dt><dd>${value}</dd>`;
}

function button(action: string, words: string, run: () => void): TemplateResult {
  return html`<vscode-button appearance="secondary" data-action=${action} @click=${run}>${words}</vscode-button>`;
}
