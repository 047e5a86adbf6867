// A choice with its label.
import { html, type TemplateResult } from 'lit';

export function dropdown(name: string, label: string, options: readonly { readonly id: string; readonly name: string }[], value: string | undefined, chosen: (value: string) => void): TemplateResult {
  return html`<span class="control"><span id=${`label-${name}`}>${label}</span>
    <vscode-dropdown aria-labelledby=${`label-${name}`} data-control=${name} .value=${value ?? ''} @change=${(event: Event) => { chosen((event.target as HTMLSelectElement).value); }}>
      ${options.map((option) => html`<vscode-option value=${option.id} ?selected=${option.id === value}>${option.name}</vscode-option>`)}
    </vscode-dropdown>
  </span>`;
}
