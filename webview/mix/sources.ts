// The sources of the mix: where each comes from, what it holds, which stages take from it, what the last build kept of it.
import { html, type TemplateResult } from 'lit';
import type { SourceSize } from '../../src/documents/mix/amounts/stage';
import type { FormBuild, FormMix, FormSource, MixFormTexts } from '../../src/protocol/panels/mix';
import { fill } from '../common/fill';
import { formatCount, formatShare } from '../common/format';
import { swatch } from '../common/pattern';
import { cross, eye } from './icons';

export interface SourcesView {
  readonly mix: FormMix;
  readonly sizes: Readonly<Record<string, SourceSize | undefined>>;
  readonly build: FormBuild | undefined;
  readonly texts: MixFormTexts;
}

export interface SourcesEvents {
  readonly add: () => void;
  readonly remove: (source: string) => void;
  readonly preview: (source: string) => void;
  readonly openFindings: () => void;
}

export function sourcesSection(view: SourcesView, events: SourcesEvents): TemplateResult {
  const { mix, build, texts } = view;
  return html`<section data-section="sources" aria-label=${texts.sources}>
    <header><h2>${texts.sources}</h2><span class="actions">
      ${build ? html`<vscode-button appearance="secondary" data-action="openFindings" title=${texts.findingsHelp} @click=${events.openFindings}>${texts.findings}</vscode-button>` : ''}
      <vscode-button appearance="secondary" data-action="addSource" @click=${events.add}>${texts.addSource}</vscode-button></span></header>
    <div class="scroll"><table class="rows">
      <thead><tr><th scope="col">${texts.source}</th><th scope="col">${texts.path}</th><th scope="col">${texts.domain}</th><th scope="col">${texts.roleHead}</th>
        <th scope="col">${texts.usedIn}</th><th scope="col">${texts.available}</th>${build ? html`<th scope="col">${texts.lastBuild}</th>` : ''}<th><span class="visually-hidden">${fill(texts.removeSource, '')}</span></th></tr></thead>
      <tbody>${mix.sources.map((source, place) => row(source, place, view, events))}</tbody>
    </table></div>
    ${build && !build.isCurrent ? html`<p class="faint">${texts.ofAnEarlierFile}</p>` : ''}
  </section>`;
}

function row(source: FormSource, place: number, { mix, sizes, build, texts }: SourcesView, events: SourcesEvents): TemplateResult {
  const { name, path, domain, role } = source;
  const stages = mix.stages.filter((stage) => name in stage.sources).map((stage) => stage.name);
  const size = sizes[name];
  return html`<tr data-mix-source=${name}>
    <th scope="row"><span class="source">${swatch(`of-${place}`, place)}<span class="name">${name}</span></span></th>
    <td class="path">${path.split(/(?<=\/)/).map((part) => html`${part}<wbr>`)}</td><td>${domain}</td><td>${texts.role[role]}</td>
    <td class=${stages.length === 0 ? 'faint' : ''}>${stages.length === 0 ? texts.usedNowhere : stages.join(', ')}</td>
    <td class="available">${size ? fill(texts.availableValue, formatCount(size.tokens), formatCount(size.documents)) : '–'}</td>
    ${build ? html`<td class="available" data-value="kept">${kept(build.bySource[name], texts)}</td>` : ''}
    <td class="number buttons"><vscode-button appearance="icon" data-action="preview" title=${fill(texts.previewHelp, name)} aria-label=${fill(texts.preview, name)} @click=${() => { events.preview(name); }}>${eye()}</vscode-button>
      <vscode-button appearance="icon" data-action="removeSource" ?disabled=${mix.sources.length === 1 || isAlone(mix, name)} title=${fill(texts.removeSourceHelp, name)} aria-label=${fill(texts.removeSource, name)}
      @click=${() => { events.remove(name); }}>${cross()}</vscode-button></td>
  </tr>`;
}

/** A stage is never left with nothing to take from. */
function isAlone(mix: FormMix, name: string): boolean {
  return mix.stages.some((stage) => name in stage.sources && Object.keys(stage.sources).length === 1);
}

function kept(counts: FormBuild['bySource'][string] | undefined, texts: MixFormTexts): string {
  if (!counts) return texts.notRead;
  return fill(texts.keptOf, formatCount(counts.kept), formatCount(counts.read), formatShare(counts.read === 0 ? 0 : counts.kept / counts.read));
}
