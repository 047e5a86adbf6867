// What every panel does with its page: made under the strict policy, sent to only while it is seen and has said `ready`, looked
// after again when files change. A page that was hidden may be gone with what it knew, so it is sent everything when it is seen
// again. It may also be there still: a window that comes back after a reload says of a panel in sight that it is hidden for a moment.
import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { panelPage } from './page';

/** File watchers miss changes on network disks and in containers, so a page that is seen is looked after anyway. */
const pollMs = 2_000;

export interface LivePageSettings<ToHost extends { readonly type: string }> {
  readonly panel: vscode.WebviewPanel;
  readonly extensionUri: vscode.Uri;
  /** Of its script and style in dist/webview. */
  readonly name: string;
  /** Brings the page up to date; `anew`: it knows nothing yet. */
  send(anew: boolean): unknown;
  /** Every message but `ready`. */
  take(message: Exclude<ToHost, { readonly type: 'ready' }>): unknown;
  /** Files whose change is looked at at once; of all that match, those that concern the panel. */
  readonly watch?: { readonly folder: string; readonly pattern: string; readonly concerns?: (uri: vscode.Uri) => boolean };
  /** Whatever else says that something may have changed. */
  readonly signals?: readonly vscode.Event<unknown>[];
}

export class LivePage<ToHost extends { readonly type: string }, ToPage> implements vscode.Disposable {
  #isReady = false;
  /** Whether the page may know nothing yet, or have missed a message. */
  #knowsNothing = true;
  readonly #disposables: { dispose(): unknown }[];

  constructor(private readonly settings: LivePageSettings<ToHost>) {
    const { panel, extensionUri, name, watch, signals = [] } = settings;
    const assets = vscode.Uri.joinPath(extensionUri, 'dist', 'webview');
    const { webview } = panel;
    const look = (): void => { this.refresh(); };
    webview.options = { enableScripts: true, localResourceRoots: [assets] };
    const timer = watch && setInterval(look, pollMs);
    this.#disposables = [
      webview.onDidReceiveMessage((message: ToHost) => this.#take(message)),
      panel.onDidChangeViewState(look),
      ...signals.map((signal) => signal(look)),
      ...(watch ? this.#watch(watch) : []),
      { dispose: () => { clearInterval(timer); } },
    ];
    webview.html = panelPage({
      title: panel.title, language: vscode.env.language, nonce: randomBytes(16).toString('base64url'), cspSource: webview.cspSource,
      script: webview.asWebviewUri(vscode.Uri.joinPath(assets, `${name}.js`)).toString(),
      style: webview.asWebviewUri(vscode.Uri.joinPath(assets, `${name}.css`)).toString(),
    });
  }

  /** Whether a message would be seen. */
  get isLive(): boolean {
    return this.#isReady && this.settings.panel.visible;
  }

  refresh(): void {
    if (!this.settings.panel.visible) this.#knowsNothing = true;
    else if (this.#isReady) void this.#send();
  }

  async post(message: ToPage): Promise<void> {
    if (this.isLive) await this.settings.panel.webview.postMessage(message);
    else this.#knowsNothing = true;
  }

  dispose(): void {
    for (const one of this.#disposables) one.dispose();
  }

  async #take(message: ToHost): Promise<void> {
    if (message.type !== 'ready') await this.settings.take(message as Exclude<ToHost, { readonly type: 'ready' }>);
    else {
      this.#isReady = true;
      this.#knowsNothing = true;
      await this.#send();
    }
  }

  async #send(): Promise<void> {
    const anew = this.#knowsNothing;
    this.#knowsNothing = false;
    await this.settings.send(anew);
  }

  #watch({ folder, pattern, concerns = () => true }: NonNullable<LivePageSettings<ToHost>['watch']>): vscode.Disposable[] {
    const watcher = vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(vscode.Uri.file(folder), pattern));
    const look = (uri: vscode.Uri): void => { if (concerns(uri)) this.refresh(); };
    return [watcher, watcher.onDidCreate(look), watcher.onDidChange(look), watcher.onDidDelete(look)];
  }
}
