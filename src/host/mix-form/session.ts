// One open form: its page, the snapshots it is sent, and the edits it asks for, done to the document one after the other.
import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import type { HostToMixForm, MixFormToHost } from '../../protocol/panels/mix';
import { panelPage } from '../panel/page';
import { editsFor, readForm } from './read-form';
import { MixSizes } from './sizes';
import { mixFormTexts } from './texts';

export class MixFormSession implements vscode.Disposable {
  readonly #sizes: MixSizes;
  readonly #disposables: { dispose(): unknown }[];
  #isReady = false;
  #edits = 0;
  #editing: Promise<void> = Promise.resolve();

  constructor(context: vscode.ExtensionContext, private readonly document: vscode.TextDocument, private readonly panel: vscode.WebviewPanel) {
    this.#sizes = new MixSizes(context, document.uri);
    const assets = vscode.Uri.joinPath(context.extensionUri, 'dist', 'webview');
    const { webview } = panel;
    webview.options = { enableScripts: true, localResourceRoots: [assets] };
    const isOurs = (other: vscode.TextDocument): boolean => other.uri.toString() === document.uri.toString();
    this.#disposables = [
      this.#sizes,
      this.#sizes.onDidChange(() => { this.#send(); }),
      webview.onDidReceiveMessage((message: MixFormToHost) => this.#take(message)),
      vscode.workspace.onDidChangeTextDocument((event) => { if (isOurs(event.document)) this.#send(); }),
      vscode.workspace.onDidSaveTextDocument((saved) => { if (isOurs(saved)) this.#sizes.measure(); }),
      vscode.workspace.onDidGrantWorkspaceTrust(() => { this.#sizes.measure(); }),
      panel.onDidChangeViewState(() => { if (!panel.visible) this.#isReady = false; }),
    ];
    webview.html = panelPage({
      title: vscode.workspace.asRelativePath(document.uri), language: vscode.env.language, nonce: randomBytes(16).toString('base64url'), cspSource: webview.cspSource,
      script: webview.asWebviewUri(vscode.Uri.joinPath(assets, 'mix.js')).toString(),
      style: webview.asWebviewUri(vscode.Uri.joinPath(assets, 'mix.css')).toString(),
    });
    this.#sizes.measure();
  }

  dispose(): void {
    for (const one of this.#disposables) one.dispose();
  }

  async #take(message: MixFormToHost): Promise<void> {
    switch (message.type) {
      case 'ready':
        // A page that is made anew counts its edits anew.
        this.#isReady = true;
        this.#edits = 0;
        this.#send();
        return;
      case 'edit':
        this.#editing = this.#editing.then(() => this.#edit(message));
        return this.#editing;
      case 'openText': return this.#openText(message.line);
      case 'measure':
        this.#sizes.measure();
        return;
      case 'build':
        await this.document.save();
        await vscode.commands.executeCommand('preclinical.mix.build', this.document.uri);
    }
  }

  /** One edit of the document, hence one step to undo. */
  async #edit({ number, edit }: Extract<MixFormToHost, { type: 'edit' }>): Promise<void> {
    const { document } = this;
    const changes = new vscode.WorkspaceEdit();
    const edits = editsFor(document.getText(), edit);
    for (const { start, end, text } of edits) changes.replace(document.uri, new vscode.Range(document.positionAt(start), document.positionAt(end)), text);
    if (edits.length > 0) await vscode.workspace.applyEdit(changes);
    this.#edits = number;
    this.#send();
  }

  async #openText(line: number | undefined): Promise<void> {
    const place = line === undefined ? undefined : new vscode.Range(line - 1, 0, line - 1, 0);
    await vscode.window.showTextDocument(this.document, { viewColumn: this.panel.viewColumn ?? vscode.ViewColumn.Active, ...(place ? { selection: place } : {}) });
  }

  #send(): void {
    if (!this.#isReady || !this.panel.visible) return;
    const { document } = this;
    void this.panel.webview.postMessage({
      type: 'snapshot', edits: this.#edits, ...readForm(document.getText(), document.fileName),
      sizes: this.#sizes.current, unsaved: document.isDirty, texts: mixFormTexts(),
    } satisfies HostToMixForm);
  }
}
