// One curves panel: its page, and the snapshots it is sent. While it is hidden nothing is read and nothing is sent.
import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import type { CurvesToHost, HostToCurves } from '../../protocol/panels/curves';
import { packRuns } from '../../protocol/panels/curves-block';
import { runsFolder } from '../../runs/layout';
import { CurveFeed } from './feed';
import { panelPage } from '../panel/page';
import { pickRuns } from './pick';
import { curvesTexts } from './texts';

/** File watchers miss changes on network disks and in containers, so the panel looks by itself as well. */
const pollMs = 2_000;

export class CurvesPanel implements vscode.Disposable {
  #runIds: readonly string[];
  #feed: CurveFeed;
  #isReady = false;
  readonly #timer: NodeJS.Timeout;
  readonly #disposables: vscode.Disposable[] = [];

  constructor(readonly panel: vscode.WebviewPanel, extensionUri: vscode.Uri, private readonly root: string, runIds: readonly string[]) {
    this.#runIds = runIds;
    this.#feed = new CurveFeed(root, runIds);
    const assets = vscode.Uri.joinPath(extensionUri, 'dist', 'webview');
    const { webview } = panel;
    webview.options = { enableScripts: true, localResourceRoots: [assets] };
    const watcher = vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(vscode.Uri.file(runsFolder(root)), '*/{events.jsonl,status.json,labels.json}'));
    const changed = (uri: vscode.Uri): void => { if (this.#runIds.some((id) => uri.path.includes(`/${id}/`))) this.#refresh(); };
    this.#timer = setInterval(() => { this.#refresh(); }, pollMs);
    this.#disposables.push(
      watcher, watcher.onDidChange(changed), watcher.onDidCreate(changed),
      webview.onDidReceiveMessage((message: CurvesToHost) => this.#take(message)),
      panel.onDidChangeViewState(() => { this.#refresh(); }),
    );
    this.#retitle();
    webview.html = panelPage({
      title: panel.title, language: vscode.env.language, nonce: randomBytes(16).toString('base64url'), cspSource: webview.cspSource,
      script: webview.asWebviewUri(vscode.Uri.joinPath(assets, 'curves.js')).toString(),
      style: webview.asWebviewUri(vscode.Uri.joinPath(assets, 'curves.css')).toString(),
    });
  }

  get runIds(): readonly string[] {
    return this.#runIds;
  }

  dispose(): void {
    clearInterval(this.#timer);
    for (const one of this.#disposables) one.dispose();
  }

  async #take(message: CurvesToHost): Promise<void> {
    switch (message.type) {
      case 'ready':
        this.#isReady = true;
        return this.#send(true);
      case 'chooseRuns': {
        const chosen = await pickRuns(this.root, this.#runIds);
        if (!chosen) return;
        this.#runIds = chosen;
        this.#feed = new CurveFeed(this.root, chosen);
        return this.#send(true);
      }
    }
  }

  #refresh(): void {
    // A hidden page is gone with what it knew; it says `ready` again when it is shown.
    if (!this.panel.visible) this.#isReady = false;
    else if (this.#isReady) void this.#send(false);
  }

  async #send(always: boolean): Promise<void> {
    const feed = this.#feed;
    const isNew = await feed.look();
    if (feed !== this.#feed || !this.panel.visible || !(isNew || always)) return;
    this.#retitle();
    await this.panel.webview.postMessage({ type: 'snapshot', ...packRuns(feed.runs), texts: curvesTexts() } satisfies HostToCurves);
  }

  #retitle(): void {
    const only = this.#feed.runs.length === 1 ? this.#feed.runs[0] : undefined;
    this.panel.title = only ? vscode.l10n.t('Curves: {0}', only.name) : vscode.l10n.t('Curves: {0} runs', this.#runIds.length);
  }
}
