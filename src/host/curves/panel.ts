// One curves panel: its page, and the snapshots it is sent. While it is hidden nothing is read and nothing is sent.
import * as vscode from 'vscode';
import type { CurvesToHost, HostToCurves } from '../../protocol/panels/curves';
import { packRuns } from '../../protocol/panels/curves-block';
import { runsFolder } from '../../runs/layout';
import { CurveFeed } from './feed';
import { LivePage } from '../panel/live-page';
import { pickRuns } from './pick';
import { curvesTexts } from './texts';

export class CurvesPanel implements vscode.Disposable {
  #runIds: readonly string[];
  #feed: CurveFeed;
  readonly #page: LivePage<CurvesToHost, HostToCurves>;

  constructor(readonly panel: vscode.WebviewPanel, extensionUri: vscode.Uri, private readonly root: string, runIds: readonly string[]) {
    this.#runIds = runIds;
    this.#feed = new CurveFeed(root, runIds);
    this.#retitle();
    this.#page = new LivePage({
      panel, extensionUri, name: 'curves',
      watch: { folder: runsFolder(root), pattern: '*/{events.jsonl,status.json,labels.json}', concerns: (uri) => this.#runIds.some((id) => uri.path.includes(`/${id}/`)) },
      send: (anew) => this.#send(anew),
      take: () => this.#chooseRuns(),
    });
  }

  get runIds(): readonly string[] {
    return this.#runIds;
  }

  dispose(): void {
    this.#page.dispose();
  }

  async #chooseRuns(): Promise<void> {
    const chosen = await pickRuns(this.root, this.#runIds);
    if (!chosen) return;
    this.#runIds = chosen;
    this.#feed = new CurveFeed(this.root, chosen);
    await this.#send(true);
  }

  async #send(always: boolean): Promise<void> {
    const feed = this.#feed;
    const isNew = await feed.look();
    if (feed !== this.#feed || !(isNew || always)) return;
    this.#retitle();
    await this.#page.post({ type: 'snapshot', ...packRuns(feed.runs), texts: curvesTexts() });
  }

  #retitle(): void {
    const only = this.#feed.runs.length === 1 ? this.#feed.runs[0] : undefined;
    this.panel.title = only ? vscode.l10n.t('Curves: {0}', only.name) : vscode.l10n.t('Curves: {0} runs', this.#runIds.length);
  }
}
