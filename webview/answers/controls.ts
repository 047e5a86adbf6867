// The controls above the grid.
import { html, nothing, type TemplateResult } from 'lit';
import { dropdown } from '../common/dropdown';
import { fill } from '../common/fill';
import type { AnswersTexts } from '../../src/protocol/panels/answers';
import { type AnswersSettings, filterNames } from './settings';
import { type AnswersTable, comparedColumns, paired } from './table';
import { pValueText, variantName } from './words';

export interface ControlEvents {
  readonly change: (change: Partial<AnswersSettings>) => void;
  readonly chooseSet: () => void;
  readonly copy: (form: 'markdown' | 'csv') => void;
}

export function controls(table: AnswersTable, columns: readonly number[], settings: AnswersSettings, shownRows: number, texts: AnswersTexts, events: ControlEvents): TemplateResult {
  const compares = settings.filter === 'fixed' || settings.filter === 'broken';
  const names = columns.map((place) => ({ id: table.variants[place]!.id, name: variantName(table.variants[place]!) }));
  const pair = comparedColumns(table, settings);
  return html`<div class="controls">
    ${dropdown('filter', texts.filter, filterNames.map((id) => ({ id, name: texts.filters[id] })), settings.filter, (value) => {
      const filter = filterNames.find((one) => one === value);
      if (filter) events.change({ filter, ...firstPair(filter, settings, names) });
    })}
    ${compares ? html`
      ${dropdown('from', texts.from, names, settings.from, (from) => { events.change({ from }); })}
      ${dropdown('to', texts.to, names, settings.to, (to) => { events.change({ to }); })}` : nothing}
    <span class="count" role="status">${fill(texts.shown, shownRows.toLocaleString(), table.rows.ids.length.toLocaleString())}</span>
    ${compares && pair ? html`<span class="paired">${pairedWords(table, pair, texts)}</span>` : nothing}
    <span class="actions">
      <vscode-button appearance="secondary" data-control="copyMarkdown" ?disabled=${shownRows === 0} @click=${() => { events.copy('markdown'); }}>${texts.copyMarkdown}</vscode-button>
      <vscode-button appearance="secondary" data-control="copyCsv" ?disabled=${shownRows === 0} @click=${() => { events.copy('csv'); }}>${texts.copyCsv}</vscode-button>
      <vscode-button data-control="chooseSet" @click=${events.chooseSet}>${texts.chooseSet}</vscode-button>
    </span>
  </div>`;
}

/** Two columns to compare at once: the oldest that is shown with the newest. */
function firstPair(filter: string, { from, to }: AnswersSettings, names: readonly { id: string }[]): Partial<AnswersSettings> {
  if (filter !== 'fixed' && filter !== 'broken') return {};
  const known = (id: string | undefined): boolean => names.some((one) => one.id === id);
  const [newest, oldest] = [names[0], names.at(-1)];
  return known(from) && known(to) || !newest || !oldest ? {} : { from: oldest.id, to: newest.id };
}

function pairedWords(table: AnswersTable, pair: readonly [number, number], texts: AnswersTexts): string {
  const { fixed, broken, pValue } = paired(table, pair);
  return fill(texts.paired, fixed, broken, pValueText(pValue));
}
