// The results panel: its page, and what it is sent. While it is hidden nothing is read and nothing is sent.
import path from 'node:path';
import * as vscode from 'vscode';
import { tableFormats } from '../../../base/text/tables';
import type { HostToResults, PairRow, ResultsLook, ResultsScope, ResultsToHost } from '../../../protocol/panels/results';
import { askEngine } from '../../engine/engine';
import { LivePage } from '../../panel/live-page';
import type { RunsService } from '../../runs/service';
import { wordsOf } from '../../runs/start';
import { ResultsFeed } from './feed';
import { resultsTexts } from './texts';

export class ResultsPanel implements vscode.Disposable {
  readonly #feed: ResultsFeed;
  readonly #page: LivePage<ResultsToHost, HostToResults>;
  #look: ResultsLook | undefined;
  /** The pair being resampled, and what became of others. */
  readonly #intervals = new Map<string, readonly PairRow[] | 'under way'>();

  constructor(readonly panel: vscode.WebviewPanel, private readonly extension: vscode.ExtensionContext, private readonly runs: RunsService, private scope: ResultsScope) {
    this.#feed = new ResultsFeed(
      () => ({ entries: runs.model?.entries ?? [], studyOf: (id) => runs.model?.studyOf(id) }),
      () => [...this.scope.focus ?? [], ...this.scope.pair ?? []],
    );
    panel.title = vscode.l10n.t('Evaluation Results');
    this.#page = new LivePage({
      panel, extensionUri: extension.extensionUri, name: 'results', signals: [runs.onDidChange, vscode.workspace.onDidGrantWorkspaceTrust],
      send: (anew) => this.#guarded(() => this.#send(anew)), take: (message) => this.#guarded(() => this.#take(message)),
    });
  }

  /** Shows other evaluations in the same panel. */
  async show(scope: ResultsScope): Promise<void> {
    this.scope = scope;
    this.panel.reveal();
    if (this.#page.isLive) await this.#guarded(() => this.#send(true));
  }

  dispose(): void {
    this.#page.dispose();
  }

  async #take(message: Exclude<ResultsToHost, { readonly type: 'ready' }>): Promise<void> {
    switch (message.type) {
      case 'look': {
        const before = this.#look;
        this.#look = message;
        return this.#answer(message, before);
      }
      case 'detail': return this.#post(this.#look && await this.#feed.detail(this.#look, message.key));
      case 'openItem': return this.#openItem(message.key, message.evaluation);
      case 'copy': {
        await vscode.env.clipboard.writeText(message.text);
        return;
      }
      case 'save': return this.#save(message.text, message.name);
    }
  }

  /** What the look asks for, as far as it was not the same before. */
  async #answer(look: ResultsLook, before?: ResultsLook): Promise<void> {
    const isNew = (...parts: readonly (keyof ResultsLook)[]): boolean => before === undefined || parts.some((part) => JSON.stringify(look[part]) !== JSON.stringify(before[part]));
    if (isNew('shown', 'base', 'methods')) await this.#post(await this.#feed.changes(look));
    if (look.pair && isNew('pair')) await this.#answerPair(look.pair);
    if (look.items && isNew('items', 'shown')) await this.#post(await this.#feed.items(look));
    if (look.facts && isNew('facts')) await this.#post(await this.#feed.facts(look.facts));
  }

  /** The tests at once, and the intervals, which take the engine a while, when they are there. */
  async #answerPair(pair: readonly [string, string]): Promise<void> {
    const quick = await this.#feed.pair(pair);
    if (!quick) return;
    const key = pair.join('\n');
    const known = this.#intervals.get(key);
    const merged = typeof known === 'object' ? quick.rows.map((row) => ({ ...row, ...intervalOf(known, row) })) : quick.rows;
    const root = this.runs.model?.root;
    const asks = known === undefined && vscode.workspace.isTrusted && root !== undefined && pair[0] !== pair[1] && quick.rows.length > 0;
    await this.#post({ ...quick, rows: merged, isResampling: asks || known === 'under way' });
    if (!asks) return;
    this.#intervals.set(key, 'under way');
    const answer = await askEngine(this.extension, root, ['compare', ...pair, '--json']);
    if (answer.code !== 0) {
      this.#intervals.delete(key);
      await this.#post({ ...quick, isResampling: false });
      throw new Error(wordsOf(answer));
    }
    this.#intervals.set(key, (JSON.parse(answer.stdout) as { comparisons: readonly PairRow[] }).comparisons);
    if (this.#look?.pair?.join('\n') === key) await this.#answerPair(pair);
  }

  async #openItem(key: string, evaluation: string): Promise<void> {
    const { items } = this.#look ?? {};
    const place = items && await this.#feed.place(evaluation, items.task, key);
    if (!place) throw new Error(vscode.l10n.t('The answers of this evaluation are not there.'));
    const at = new vscode.Range(place.line - 1, 0, place.line - 1, 0);
    await vscode.window.showTextDocument(vscode.Uri.file(place.file), { selection: at, viewColumn: vscode.ViewColumn.Beside, preview: true });
  }

  async #save(text: string, name: string): Promise<void> {
    const { root } = this.runs.model ?? {};
    const uri = await vscode.window.showSaveDialog({
      ...(root === undefined ? {} : { defaultUri: vscode.Uri.file(path.join(root, path.basename(name))) }),
      filters: Object.fromEntries(tableFormats.map((format) => [format, [{ markdown: 'md', latex: 'tex', csv: 'csv' }[format]]])),
    });
    if (uri) await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(text));
  }

  async #send(always: boolean): Promise<void> {
    const isNew = await this.#feed.look();
    if (!isNew && !always) return;
    this.#look = undefined;
    await this.#post({ type: 'snapshot', scope: this.#wholeScope(), texts: resultsTexts(), canResample: vscode.workspace.isTrusted, ...this.#feed.table() });
  }

  /** One evaluation brings those that belong on its ladder; several were chosen as they are. */
  #wholeScope(): ResultsScope {
    const { focus } = this.scope;
    return focus?.length === 1 ? { ...this.scope, focus: [focus[0]!, ...this.#feed.ladder(focus[0]!).filter((id) => id !== focus[0])] } : this.scope;
  }

  async #guarded(run: () => Promise<void>): Promise<void> {
    try {
      await run();
    } catch (error) {
      await this.#post({ type: 'trouble', message: error instanceof Error ? error.message : String(error) });
    }
  }

  async #post(message: HostToResults | undefined): Promise<void> {
    if (message) await this.#page.post(message);
  }
}

function intervalOf(rows: readonly PairRow[], { task, metric }: PairRow): Pick<PairRow, 'interval'> {
  const interval = rows.find((row) => row.task === task && row.metric === metric)?.interval;
  return interval ? { interval } : {};
}
