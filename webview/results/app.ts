// The results panel: which evaluations are shown, and the tabs that look at them.
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import type { TextTable } from '../../src/base/text/tables';
import type { HostToResults, ResultsChanges, ResultsDetail, ResultsFacts, ResultsItems, ResultsLook, ResultsPair, ResultsSnapshot, ResultsTask, ResultsToHost } from '../../src/protocol/panels/results';
import type { EditorApi } from '../common/vscode-api';
import { pairView } from './compare';
import { dropdown, type Export, exportButtons, type Option } from './controls';
import { detailPane } from './detail';
import { itemTable, visibleItems } from './items';
import { gridView, ladder } from './ladder';
import { reliabilityView } from './reliability';
import { type Choice, chosen, filterNames, firstSettings, focusName, type KeptState, type ResultsSettings, tabNames, withPair } from './settings';
import { gridTable, isMethod, ladderTable, metricOf, pairTable } from './tables';
import { fill, fullName } from './words';

export class ResultsApp extends LitElement {
  static override properties = {
    snapshot: { state: true }, settings: { attribute: false }, changes: { state: true }, pair: { state: true }, items: { state: true }, detail: { state: true }, facts: { state: true }, said: { state: true },
  };

  declare editor: EditorApi<ResultsToHost, KeptState>;
  declare settings: ResultsSettings;
  declare private snapshot: ResultsSnapshot | undefined;
  declare private changes: ResultsChanges | undefined;
  declare private pair: ResultsPair | undefined;
  declare private items: ResultsItems | undefined;
  declare private detail: ResultsDetail | undefined;
  declare private facts: ResultsFacts | undefined;
  /** What was just done or went wrong, for those who cannot see it too. */
  declare private said: string;
  #choice: Choice | undefined;
  #rows: Uint32Array = new Uint32Array();
  /** What was last asked of the host. */
  #asked = '';
  #askedDetail = '';

  constructor() {
    super();
    this.settings = firstSettings;
    this.said = '';
    this.addEventListener('results-select', (event) => { this.#change({ selected: this.items?.keys[this.#rows[(event as CustomEvent<number>).detail]!] ?? '' }); });
    this.addEventListener('results-open', (event) => { this.#open(this.items?.keys[this.#rows[(event as CustomEvent<number>).detail]!]); });
  }

  take(message: HostToResults): void {
    switch (message.type) {
      case 'snapshot':
        this.#asked = '';
        this.snapshot = message;
        this.settings = withPair(this.settings, message.scope);
        return;
      case 'changes': this.changes = message; return;
      case 'pair': this.pair = message; return;
      case 'items': this.items = message; return;
      case 'detail': this.detail = message; return;
      case 'facts': this.facts = message; return;
      case 'trouble': this.said = message.message;
    }
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!this.snapshot) return;
    this.#choice = chosen(this.snapshot, this.settings);
    this.#look(this.#choice);
    // Moving the selection through 10,000 rows must not look at each of them.
    if (this.items && ((changed as Map<string, unknown>).has('items') || (changed as Map<string, unknown>).has('snapshot') || changed.has('settings'))) this.#rows = visibleItems(this.items, this.settings.filter, this.#choice.pair);
    this.#askForDetail();
  }

  protected override updated(): void {
    if (this.snapshot) this.editor.setState({ scope: this.snapshot.scope, settings: this.settings });
  }

  protected override render(): TemplateResult | undefined {
    const { snapshot } = this;
    const choice = this.#choice;
    if (!snapshot || !choice) return undefined;
    const { texts, evaluations } = snapshot;
    return html`<main>
      ${evaluations.length === 0 ? html`<p class="empty">${texts.empty}</p>` : html`
      ${this.#chooser(snapshot, choice)}
      <div role="tablist" class="tabs" @keydown=${(event: KeyboardEvent) => { this.#pressTab(event); }}>${this.#tabs().map((tab) => html`<button type="button" role="tab" id=${`tab-${tab}`} aria-selected=${tab === this.settings.tab} tabindex=${tab === this.settings.tab ? 0 : -1} @click=${() => { this.#change({ tab }); }}>${texts.tabs[tab]}</button>`)}</div>
      <section role="tabpanel" class="panel" aria-labelledby=${`tab-${this.settings.tab}`}>${choice.shown.length === 0 ? html`<p class="empty">${texts.noneShown}</p>` : this.#panel(snapshot, choice)}</section>`}
      <p class="said" role="status">${this.said}</p>
    </main>`;
  }

  #tabs(): (typeof tabNames)[number][] {
    return tabNames.filter((tab) => tab !== 'grid' || (this.snapshot?.grids.length ?? 0) > 0);
  }

  #chooser({ evaluations, texts }: ResultsSnapshot, { shown }: Choice): TemplateResult {
    const ids = new Set(shown.map(({ id }) => id));
    return html`<details class="chooser"><summary>${texts.evaluations}: ${ids.size} / ${evaluations.length}</summary>
      <div>${evaluations.map((one) => html`<vscode-checkbox .checked=${ids.has(one.id)} data-evaluation=${one.id} @change=${(event: Event) => {
        if ((event.target as HTMLInputElement).checked !== ids.has(one.id)) this.#toggle(one.id);
      }}><b>${one.name}</b> <span class="faint">${one.facts.join(' · ')}</span></vscode-checkbox>`)}</div></details>`;
  }

  #panel(snapshot: ResultsSnapshot, choice: Choice): TemplateResult | typeof nothing {
    const { texts } = snapshot;
    const names = choice.shown.map((one): Option => ({ id: one.id, name: fullName(one) }));
    const ownTasks = snapshot.tasks.filter(({ isGroup, name }) => !isGroup && choice.shown.some(({ scores }) => scores[name] !== undefined));
    const metric = dropdown('metric', texts.metric, [...new Set(snapshot.tasks.flatMap(({ metrics }) => metrics))].map((name) => ({ id: name, name })), choice.metric, (value) => { this.#change({ metric: value }); });
    const base = dropdown('base', texts.base, names, choice.base, (value) => { this.#change({ base: value }); });
    const task = dropdown('task', texts.task, (this.settings.tab === 'grid' ? snapshot.tasks : ownTasks).map(({ name }) => ({ id: name, name })), this.#gridTask(snapshot, choice)?.name, (value) => { this.#change({ task: value, selected: '' }); });
    const pair = html`${dropdown('first', texts.first, names, choice.pair?.[0], (value) => { this.#pick(value, choice.pair?.[1]); })}${dropdown('second', texts.second, names, choice.pair?.[1], (value) => { this.#pick(choice.pair?.[0], value); })}`;
    switch (this.settings.tab) {
      case 'ladder': return html`<div class="controls">${metric}${base}${this.#export(() => ladderTable(snapshot, choice.shown, choice.metric, this.changes), 'ladder')}</div>${ladder(snapshot, choice, this.changes)}`;
      case 'grid': {
        const grid = snapshot.grids.find(({ study }) => study === this.settings.study) ?? snapshot.grids[0];
        const shownTask = this.#gridTask(snapshot, choice);
        if (!grid || !shownTask) return nothing;
        return html`<div class="controls">${snapshot.grids.length > 1 ? dropdown('study', texts.study, snapshot.grids.map(({ study, title }) => ({ id: study, name: title })), grid.study, (study) => { this.#change({ study }); }) : nothing}${task}${metric}
          ${this.#export(() => gridTable(snapshot, grid, shownTask, choice.metric, this.changes), grid.title)}</div>${gridView(snapshot, grid, shownTask, choice.metric, this.changes)}`;
      }
      case 'compare': {
        const [first, second] = choice.pair?.map((id) => snapshot.evaluations.find((one) => one.id === id)) ?? [];
        const shown = this.pair?.pair.join() === choice.pair?.join() ? this.pair : undefined;
        return html`<div class="controls">${pair}${shown && first && second ? this.#export(() => pairTable(shown, first, second, texts), 'comparison') : nothing}</div>${choice.pair && !shown ? nothing : pairView(shown, texts)}`;
      }
      case 'questions': return this.#questions(snapshot, choice, html`${task}${metric}`, pair);
      case 'reliability': return html`<div class="controls">${dropdown('evaluation', texts.evaluation, names, choice.evaluation, (evaluation) => { this.#change({ evaluation }); })}${task}</div>
        ${reliabilityView(this.facts?.evaluation === choice.evaluation && this.facts?.task === choice.task?.name ? this.facts : undefined, texts, (field) => { this.#change({ field }); })}`;
    }
  }

  #questions({ texts, evaluations }: ResultsSnapshot, choice: Choice, what: TemplateResult, pair: TemplateResult): TemplateResult {
    const items = this.items?.task === choice.task?.name ? this.items : undefined;
    const columns = choice.shown.filter(({ id }) => items?.evaluations.includes(id));
    const at = items?.keys.indexOf(this.settings.selected ?? '') ?? -1;
    const selected = at < 0 ? -1 : this.#rows.indexOf(at);
    return html`<div class="controls">${what}${dropdown('filter', texts.filter, filterNames.map((id) => ({ id, name: texts.filters[id] })), this.settings.filter, (value) => {
      const filter = filterNames.find((one) => one === value);
      if (filter) this.#change({ filter });
    })}${this.settings.filter === 'all' || this.settings.filter === 'wrongInAll' ? nothing : pair}
      <span class="count" role="status">${fill(texts.shown, this.#rows.length.toLocaleString(), (items?.keys.length ?? 0).toLocaleString())}</span>
      ${items ? this.#export(() => itemTable(items, this.#rows, evaluations, texts), items.task) : nothing}</div>
      <div class="both">${!items || this.#rows.length === 0 ? html`<p class="empty">${items ? texts.noneMatch : ''}</p>`
        : html`<results-grid .items=${items} .rows=${this.#rows} .evaluations=${columns} .texts=${texts} .selected=${selected < 0 ? undefined : selected}></results-grid>`}
      ${detailPane(this.detail?.key === this.settings.selected ? this.detail : undefined, choice.shown, texts, (evaluation) => { this.#open(this.detail?.key, evaluation); })}</div>`;
  }

  /** The grid shows groups too; questions are of tasks. */
  #gridTask(snapshot: ResultsSnapshot, choice: Choice): ResultsTask | undefined {
    return this.settings.tab === 'grid' ? snapshot.tasks.find(({ name }) => name === this.settings.task) ?? choice.task ?? snapshot.tasks[0] : choice.task;
  }

  #export(table: () => TextTable, name: string): TemplateResult {
    const give: Export = {
      copy: (text) => { this.editor.postMessage({ type: 'copy', text }); this.said = this.snapshot!.texts.copied; },
      save: (text, file) => { this.editor.postMessage({ type: 'save', text, name: file }); },
    };
    return exportButtons(table, name, this.snapshot!.texts, give);
  }

  /** Asks the host for what this look needs, once. */
  #look({ shown, base, pair, task, metric, evaluation }: Choice): void {
    const { tab, field } = this.settings;
    const grid = tab === 'grid' ? this.snapshot!.grids.find(({ study }) => study === this.settings.study) ?? this.snapshot!.grids[0] : undefined;
    const inGrid = grid?.cells.flat(2);
    const reference = grid ? grid.base.length === 1 ? grid.base[0] : undefined : base;
    const methods = grid?.cells.flat().filter((ids) => isMethod(ids, grid));
    const look: ResultsLook = {
      type: 'look', shown: inGrid ?? shown.map(({ id }) => id), ...(reference === undefined ? {} : { base: reference }),
      ...(grid && methods && methods.length > 0 ? { methods: { all: methods, base: grid.base } } : {}),
      ...(tab === 'compare' && pair ? { pair } : {}),
      ...(tab === 'questions' && task ? { items: { task: task.name, metric: metricOf(task, metric) } } : {}),
      ...(tab === 'reliability' && task && evaluation !== undefined ? { facts: { evaluation, task: task.name, metric: metricOf(task, metric), ...(field === undefined ? {} : { field }) } } : {}),
    };
    const asked = JSON.stringify(look);
    if (asked === this.#asked) return;
    this.#asked = asked;
    this.#askedDetail = '';
    this.editor.postMessage(look);
  }

  #askForDetail(): void {
    const { selected, tab } = this.settings;
    if (tab !== 'questions' || !selected || !this.items?.keys.includes(selected) || `${this.items.task}\n${selected}` === this.#askedDetail) return;
    this.#askedDetail = `${this.items.task}\n${selected}`;
    this.editor.postMessage({ type: 'detail', key: selected });
  }

  #open(key: string | undefined, evaluation = this.items?.evaluations.at(-1)): void {
    if (key !== undefined && evaluation !== undefined) this.editor.postMessage({ type: 'openItem', key, evaluation });
  }

  #change(change: Partial<ResultsSettings>): void {
    this.settings = { ...this.settings, ...change };
  }

  #pick(first: string | undefined, second: string | undefined): void {
    this.#change({ ...(first === undefined ? {} : { first }), ...(second === undefined ? {} : { second }) });
  }

  #toggle(id: string): void {
    const shown = this.#choice!.shown.map((one) => one.id);
    this.#change({ shown: shown.includes(id) ? shown.filter((one) => one !== id) : [...shown, id], shownFor: focusName(this.snapshot!.scope) });
  }

  #pressTab(event: KeyboardEvent): void {
    const tabs = this.#tabs();
    const moves: Readonly<Record<string, number>> = { ArrowRight: 1, ArrowLeft: -1 };
    const move = moves[event.key];
    if (move === undefined) return;
    event.preventDefault();
    const tab = tabs[(tabs.indexOf(this.settings.tab) + move + tabs.length) % tabs.length]!;
    this.#change({ tab });
    void this.updateComplete.then(() => { this.querySelector<HTMLElement>(`#tab-${tab}`)?.focus(); });
  }
}

customElements.define('results-app', ResultsApp);
