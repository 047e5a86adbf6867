// The form of a mix file: what the text says, with live totals while something is dragged. It owns nothing: what is set goes
// to the host as an edit of the text, and what is shown comes back from there.
import { html, LitElement, type TemplateResult } from 'lit';
import type { MixEdit, NewStage } from '../../src/documents/mix/amounts/edit';
import type { FormMix, HostToMixForm, MixFormSnapshot, MixFormToHost } from '../../src/protocol/panels/mix';
import type { EditorApi } from '../common/vscode-api';
import { type Draft, stillOpen, withDrafts, withHeld, withSent } from './draft';
import { fill } from '../common/fill';
import { formatPlain } from '../common/format';
import { problemList } from './problems';
import { type KeptState, settingsFrom } from './settings';
import { sourcesSection } from './sources';
import { stageSection } from './stage';

export class MixForm extends LitElement {
  static override properties = { snapshot: { attribute: false }, settings: { attribute: false }, drafts: { state: true } };

  declare editor: EditorApi<MixFormToHost, KeptState>;
  declare snapshot: MixFormSnapshot | undefined;
  declare settings: KeptState;
  declare private drafts: readonly Draft[];
  #edits = 0;

  constructor() {
    super();
    this.settings = settingsFrom(undefined);
    this.drafts = [];
  }

  take(message: HostToMixForm): void {
    this.snapshot = message;
    this.drafts = stillOpen(this.drafts, message.edits);
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  protected override updated(): void {
    this.editor.setState(this.settings);
  }

  protected override render(): TemplateResult | undefined {
    const { snapshot } = this;
    if (!snapshot) return undefined;
    const { mix: saved, texts, problems } = snapshot;
    const open = (line?: number): void => { this.editor.postMessage({ type: 'openText', ...(line === undefined ? {} : { line }) }); };
    if (!saved) return html`<main>${problemList(problems, texts, open, texts.cannotShow)}</main>`;
    const mix = withDrafts(saved, this.drafts);
    return html`<main>
      ${this.#head(mix, snapshot, open)}
      ${problems.length > 0 ? problemList(problems, texts, open) : ''}
      ${mix.stages.map((_, index) => stageSection({ index, mix, saved: saved.stages[index] ?? mix.stages[index]!, sizes: snapshot.sizes.bySource, keepSum: this.settings.keepSum, texts }, {
        drag: (edit) => { this.drafts = withHeld(this.drafts, edit); },
        send: (edit) => { this.#send(edit); },
      }))}
      <p class="after"><vscode-button appearance="secondary" data-action="addStage" @click=${() => { this.#send({ addStage: newStage(mix) }); }}>${texts.addStage}</vscode-button></p>
      ${sourcesSection({ mix, sizes: snapshot.sizes.bySource, build: snapshot.build, texts }, {
        add: () => { this.editor.postMessage({ type: 'addSource' }); },
        remove: (source) => { this.#send({ removeSource: source }); },
        preview: (source) => { this.editor.postMessage({ type: 'preview', source }); },
        openFindings: () => { this.editor.postMessage({ type: 'openFindings' }); },
      })}
    </main>`;
  }

  #head(mix: FormMix, { texts, sizes, unsaved }: MixFormSnapshot, open: () => void): TemplateResult {
    const hasShares = mix.stages.some((stage) => Object.values(stage.sources).some((amount) => 'share' in amount));
    const isBuilt = sizes.built === true && !unsaved;
    return html`<div class="head">
      <div><h1>${mix.name}</h1>
        ${mix.description === undefined ? '' : html`<p>${mix.description}</p>`}
        <p class="faint">${fill(texts.summary, String(mix.sources.length), String(mix.stages.length), String(mix.sequenceLength))}</p></div>
      <div class="actions">
        <vscode-button appearance="secondary" data-action="openText" @click=${() => { open(); }}>${texts.openText}</vscode-button>
        <vscode-button data-action="build" ?disabled=${isBuilt} @click=${() => { this.editor.postMessage({ type: 'build' }); }}>${isBuilt ? texts.built : texts.build}</vscode-button>
      </div>
    </div>
    <div class="settings">
      <label title=${texts.repeatCapHelp}>${texts.repeatCap}
        <input type="number" data-control="repeatCap" min="1" step="any" .value=${formatPlain(mix.repeatCap)} @change=${(event: Event) => { this.#setCap(event, mix.repeatCap); }}></label>
      ${hasShares ? html`<vscode-checkbox data-control="keepSum" .checked=${this.settings.keepSum} @change=${(event: Event) => {
        this.settings = { ...this.settings, keepSum: (event.target as HTMLInputElement).checked };
      }}>${texts.keepSum}</vscode-checkbox>` : ''}
      <span class="sizes faint" role="status" data-sizes=${sizes.state}>${sizes.state === 'measuring' ? html`<span class="spinner" aria-hidden="true"></span>` : ''}${unsaved && sizes.state === 'measured' ? texts.sizesOfSaved : texts.sizes[sizes.state]}
        ${sizes.state === 'measuring' ? '' : html`<vscode-button appearance="secondary" data-action="measure" @click=${() => { this.editor.postMessage({ type: 'measure' }); }}>${texts.measure}</vscode-button>`}</span>
    </div>
    ${sizes.words === undefined ? '' : html`<pre class="words">${sizes.words}</pre>`}`;
  }

  #setCap(event: Event, before: number): void {
    const input = event.target as HTMLInputElement;
    if (input.valueAsNumber >= 1) this.#send({ repeatCap: input.valueAsNumber });
    else input.value = formatPlain(before);
  }

  #send(edit: MixEdit): void {
    this.#edits += 1;
    this.drafts = withSent(this.drafts, edit, this.#edits);
    this.editor.postMessage({ type: 'edit', number: this.#edits, edit });
    void this.updateComplete.then(() => { this.#keepFocus(); });
  }

  /** A control that goes with what it removed leaves the focus nowhere: keys then go on from the one that puts something in. */
  #keepFocus(): void {
    if (document.activeElement === document.body) this.querySelector<HTMLElement>('[data-action="addSource"]')?.focus();
  }
}

/** Like the last one, which is what a second stage most often starts from. */
function newStage({ stages }: FormMix): NewStage {
  const last = stages.at(-1)!;
  const names = stages.map(({ name }) => name);
  const number = Array.from({ length: names.length + 1 }, (_, i) => stages.length + 1 + i).find((one) => !names.includes(`stage-${one}`))!;
  return { name: `stage-${number}`, ...(last.tokens === undefined ? {} : { tokens: last.tokens }), sources: last.sources };
}

customElements.define('mix-form', MixForm);
