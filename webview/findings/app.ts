// The panel of a build's findings: the funnel and the lists behind it as tabs, a list beside what is known of its selected row.
import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { type FindingFilter, type FindingList, type FindingsBuild, type FindingsSnapshot, type FindingsTexts, type FindingsToHost, type HostToFindings, type SampleTexts } from '../../src/protocol/panels/findings';
import { dropdown } from '../common/dropdown';
import { fill } from '../common/fill';
import { formatCount, formatDate } from '../common/format';
import type { EditorApi } from '../common/vscode-api';
import { detailPane, openedBy } from './detail';
import { funnelTable } from './funnel';
import { missingPages, noPages, type Pages, rowAt, withPage, isOf } from './pages';
import { cellsOf, columnsOf } from './rows';
import { type FindingsSettings, firstSettings, type KeptState, type ListSettings, type Tab, tabs, units } from './settings';
import { droppedDocuments, summaryOf } from './summary';

export class FindingsApp extends LitElement {
  static override properties = { snapshot: { attribute: false }, settings: { attribute: false }, pages: { state: true }, sample: { state: true } };

  declare editor: EditorApi<FindingsToHost, KeptState>;
  declare snapshot: FindingsSnapshot | undefined;
  declare settings: FindingsSettings;
  declare private pages: Pages;
  declare private sample: SampleTexts | undefined;
  /** Pages and texts that were asked for and have not come. */
  readonly #asked = new Set<string>();

  constructor() {
    super();
    this.settings = firstSettings;
    this.pages = noPages('samples', {});
    this.addEventListener('findings-need', (event) => { const { from, to } = (event as CustomEvent<{ from: number; to: number }>).detail; this.#need(from, to); });
    this.addEventListener('findings-select', (event) => { this.#setList({ selected: (event as CustomEvent<number>).detail }); });
    this.addEventListener('findings-open', (event) => { this.#open((event as CustomEvent<number>).detail); });
  }

  take(message: HostToFindings): void {
    if (message.type === 'snapshot') {
      if (this.snapshot?.build?.hash !== message.build?.hash) this.#forget();
      this.snapshot = message;
    } else if (message.hash === this.snapshot?.build?.hash) {
      this.#asked.clear();
      if (message.type === 'page') this.pages = withPage(this.pages, message);
      else this.sample = message;
    }
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  protected override willUpdate(): void {
    const { tab } = this.settings;
    if (tab === 'funnel' || !this.snapshot?.build) return;
    const wanted = { list: tab, filter: this.#ofList(tab).filter };
    if (!isOf(this.pages, wanted)) {
      this.pages = noPages(tab, wanted.filter);
      this.#asked.clear();
    }
    if (this.pages.total === undefined) this.#need(0, 1);
    this.#askForSample();
  }

  protected override updated(): void {
    if (this.snapshot) this.editor.setState({ scope: this.snapshot.scope, settings: this.settings });
  }

  protected override render(): TemplateResult | undefined {
    const { snapshot } = this;
    if (!snapshot) return undefined;
    const { texts, build } = snapshot;
    if (!build) return html`<main><p class="empty">${texts.nothingBuilt}</p><p class="empty">${this.#command('build', texts)}</p></main>`;
    return html`<main>
      ${this.#head(build, texts)}
      ${build.funnel.length === 0 ? html`<p class="empty">${texts.earlierVersion}</p>` : html`${this.#tabs(build, texts)}
      <div class="panel" role="tabpanel" id="panel" aria-labelledby=${`tab-${this.settings.tab}`}>${this.settings.tab === 'funnel' ? this.#funnel(build, texts) : this.#list(this.settings.tab, build, texts)}</div>`}
    </main>`;
  }

  #head({ name, hash, builtAt, isCurrent }: FindingsBuild, texts: FindingsTexts): TemplateResult {
    return html`<div class="head"><div><h1>${fill(texts.title, name)}</h1>
      <p class="faint">${fill(texts.built, hash, formatDate(builtAt))}${isCurrent === undefined ? '' : isCurrent ? ` · ✓ ${texts.current}` : html` · <b>▲ ${texts.outOfDate}</b>`}</p></div>
      <div class="actions">${isCurrent === false ? this.#command('build', texts) : nothing}${this.#command('openForm', texts)}${this.#command('openReport', texts)}${this.#command('openManifest', texts)}</div></div>`;
  }

  #command(command: Extract<FindingsToHost, { type: 'command' }>['command'], texts: FindingsTexts): TemplateResult {
    return html`<vscode-button appearance=${command === 'build' ? 'primary' : 'secondary'} data-command=${command} @click=${() => { this.editor.postMessage({ type: 'command', command }); }}>${texts.commands[command]}</vscode-button>`;
  }

  #tabs(build: FindingsBuild, texts: FindingsTexts): TemplateResult {
    const counts: Readonly<Partial<Record<Tab, number>>> = {
      dropped: droppedDocuments(build), ...(build.duplicates ? { duplicates: build.duplicates.clusters } : {}),
      ...(build.phi ? { phi: Object.values(build.phi.sources).reduce((sum, { documents }) => sum + documents, 0) } : {}),
      ...(build.contamination ? { contamination: build.contamination.checked.reduce((sum, { documents }) => sum + documents, 0) } : {}),
    };
    return html`<div class="tabs" role="tablist" @keydown=${(event: KeyboardEvent) => { this.#pressTab(event); }}>${tabs.map((tab) => html`<button type="button" role="tab" id=${`tab-${tab}`} data-tab=${tab}
      aria-controls="panel" aria-selected=${tab === this.settings.tab} tabindex=${tab === this.settings.tab ? 0 : -1} @click=${() => { this.#show(tab); }}>${texts.tabs[tab]}${counts[tab] === undefined ? '' : html` <span class="badge">${formatCount(counts[tab])}</span>`}</button>`)}</div>`;
  }

  #funnel({ funnel }: FindingsBuild, texts: FindingsTexts): TemplateResult {
    const { unit, source } = this.settings;
    const chosen = funnel.some(({ name }) => name === source) ? source : undefined;
    return html`<div class="controls">
      ${dropdown('unit', texts.show, units.map((id) => ({ id, name: texts.units[id] })), unit, (id) => { this.settings = { ...this.settings, unit: units.find((one) => one === id) ?? unit }; })}
      ${dropdown('source', texts.source, [{ id: '', name: texts.allSources }, ...funnel.map(({ name }) => ({ id: name, name }))], chosen ?? '', (id) => {
        this.settings = { ...this.settings, source: id };
      })}</div>
      <funnel-picture .funnel=${funnel} .unit=${unit} .source=${chosen} .texts=${texts}></funnel-picture>
      ${funnelTable(funnel, chosen, texts, (of, kind) => { this.#show('dropped', { source: of, kind }); })}`;
  }

  #list(list: FindingList, build: FindingsBuild, texts: FindingsTexts): TemplateResult {
    const { filter, selected } = this.#ofList(list);
    const { pages } = this;
    const row = selected === undefined ? undefined : rowAt(pages, selected);
    const sum = pages.sources.reduce((all, { count }) => all + count, 0);
    return html`${summaryOf(list, build, list === 'duplicates' ? undefined : sum, texts)}
      <div class="controls">
        ${pages.sources.length === 0 ? nothing : dropdown('filter-source', texts.source, [{ id: '', name: texts.allSources }, ...pages.sources.map(({ name, count }) => ({ id: name, name: `${name} (${formatCount(count)})` }))], filter.source ?? '', (source) => { this.#filter(list, { source }); })}
        ${pages.kinds.length === 0 ? nothing : dropdown('filter-kind', texts.show, [{ id: '', name: texts.allKinds[list] }, ...pages.kinds.map(({ name, count }) => ({ id: name, name: `${kindName(list, name, texts)} (${formatCount(count)})` }))], filter.kind ?? '', (kind) => { this.#filter(list, { kind }); })}
        <span role="status">${pages.total === undefined ? texts.loading : fill(texts.rows, formatCount(pages.total))}</span></div>
      ${pages.total === 0 ? html`<p class="empty">${filter.source === undefined && filter.kind === undefined ? texts.none[list] : texts.noMatch}</p>` : html`<div class=${`both ${list}`}>
        <findings-list .label=${`${texts.tabs[list]}. ${texts.keys}`} .columns=${columnsOf(list, texts)} .total=${pages.total ?? 0} .selected=${selected} .loading=${texts.loading}
          .cells=${(index: number) => { const found = rowAt(pages, index); return found && cellsOf(list, found, texts); }}></findings-list>
        ${detailPane(list, row, this.#sampleOf(row), texts, {
          open: (document, stretch) => { this.editor.postMessage({ type: 'open', document, ...(stretch ? { stretch } : {}) }); },
          compare: (left, right) => { this.editor.postMessage({ type: 'compare', left, right }); },
        })}</div>`}`;
  }

  #ofList(list: FindingList): ListSettings {
    return this.settings.lists[list] ?? { filter: {} };
  }

  #setList(change: Partial<ListSettings>): void {
    const { tab, lists } = this.settings;
    if (tab !== 'funnel') this.settings = { ...this.settings, lists: { ...lists, [tab]: { ...this.#ofList(tab), ...change } } };
  }

  /** Of the filter only what changes; an empty choice takes it away. The selection is of the rows before. */
  #filter(list: FindingList, change: FindingFilter): void {
    const all = { ...this.#ofList(list).filter, ...change };
    const filter = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== ''));
    this.settings = { ...this.settings, lists: { ...this.settings.lists, [list]: { filter } } };
  }

  #show(tab: Tab, filter?: FindingFilter): void {
    this.settings = { ...this.settings, tab, ...(filter && tab !== 'funnel' ? { lists: { ...this.settings.lists, [tab]: { filter } } } : {}) };
  }

  #pressTab(event: KeyboardEvent): void {
    const step = ({ ArrowRight: 1, ArrowLeft: -1, Home: -tabs.length, End: tabs.length } as Readonly<Record<string, number>>)[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const at = Math.max(0, Math.min(tabs.length - 1, tabs.indexOf(this.settings.tab) + step));
    this.#show(tabs[at]!);
    void this.updateComplete.then(() => { this.querySelector<HTMLElement>(`[data-tab="${tabs[at]!}"]`)?.focus(); });
  }

  #need(from: number, to: number): void {
    const { list, filter } = this.pages;
    for (const start of missingPages(this.pages, from, to)) this.#ask({ type: 'page', list, filter, from: start });
  }

  #askForSample(): void {
    const { selected } = this.#ofList('samples');
    const row = this.settings.tab === 'samples' && selected !== undefined ? rowAt(this.pages, selected) : undefined;
    if (row && 'before' in row && !this.#sampleOf(row)) this.#ask({ type: 'texts', sample: row });
  }

  #sampleOf(row: ReturnType<typeof rowAt>): SampleTexts | undefined {
    return row && 'before' in row && this.sample?.source === row.source && this.sample.position === row.position ? this.sample : undefined;
  }

  #ask(message: FindingsToHost): void {
    const name = JSON.stringify(message);
    if (this.#asked.has(name)) return;
    this.#asked.add(name);
    this.editor.postMessage(message);
  }

  #open(index: number): void {
    const row = rowAt(this.pages, index);
    const opened = row && openedBy(this.pages.list, row);
    if (opened) this.editor.postMessage({ type: 'open', ...opened });
  }

  #forget(): void {
    this.pages = noPages('samples', {});
    this.sample = undefined;
    this.#asked.clear();
  }
}

function kindName(list: FindingList, name: string, texts: FindingsTexts): string {
  return list === 'samples' ? texts.steps[name as keyof FindingsTexts['steps']] : name;
}

customElements.define('findings-app', FindingsApp);
