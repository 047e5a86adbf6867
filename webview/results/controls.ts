// Controls that the tabs share: a dropdown with its label, and the buttons that give a table away.
import { html, type TemplateResult } from 'lit';
import { formatTable, tableFormats, type TableFormat, type TextTable } from '../../src/base/text/tables';
import type { ResultsTexts } from '../../src/protocol/panels/results';

export interface Option { readonly id: string; readonly name: string }

export function dropdown(name: string, label: string, options: readonly Option[], value: string | undefined, pick: (value: string) => void): TemplateResult {
  return html`<span class="control"><span id=${`label-${name}`}>${label}</span>
    <vscode-dropdown aria-labelledby=${`label-${name}`} data-control=${name} .value=${value ?? ''} @change=${(event: Event) => { pick((event.target as HTMLSelectElement).value); }}>
      ${options.map((option) => html`<vscode-option value=${option.id} ?selected=${option.id === value}>${option.name}</vscode-option>`)}
    </vscode-dropdown>
  </span>`;
}

export interface Export { readonly copy: (text: string) => void; readonly save: (text: string, name: string) => void }

export function exportButtons(table: () => TextTable, name: string, texts: ResultsTexts, { copy, save }: Export): TemplateResult {
  return html`<span class="actions">
    ${tableFormats.map((format) => html`<vscode-button appearance="secondary" data-control=${`copy-${format}`} @click=${() => { copy(textOf(table(), format)); }}>${texts.copyAs[format]}</vscode-button>`)}
    <vscode-button appearance="secondary" data-control="save" @click=${() => { save(textOf(table(), 'csv'), `${name}.csv`); }}>${texts.save}</vscode-button>
  </span>`;
}

export function textOf(table: TextTable, format: TableFormat): string {
  // What a spreadsheet would run as a formula is made text by an apostrophe.
  const safe = (cell: string): string => (format === 'csv' && /^[=@\t\r]/.test(cell) ? `'${cell}` : cell);
  return `${formatTable({ ...table, header: table.header.map(safe), rows: table.rows.map((row) => row.map(safe)) }, format)}\n`;
}
