// One answers panel: its page, and the snapshots it is sent. While it is hidden nothing is read and nothing is sent.
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import * as vscode from 'vscode';
import type { AnswersScope, AnswersToHost, HostToAnswers } from '../../protocol/panels/answers';
import { panelPage } from '../panel/page';
import { AnswersFeed } from './feed';
import type { RunsService } from '../runs/service';
import { pickSet } from './sets';
import { answersTexts } from './texts';

const pollMs = 2_000;

export class AnswersPanel implements vscode.Disposable {
  #scope: AnswersScope;
  #feed: AnswersFeed;
  #isReady = false;
  /** Rows the page has, as they were sent. */
  #rows = '';
  readonly #timer: NodeJS.Timeout;
  readonly #disposables: vscode.Disposable[];

  constructor(readonly panel: vscode.WebviewPanel, extensionUri: vscode.Uri, private readonly root: string, private readonly runs: RunsService, scope: AnswersScope) {
    this.#scope = scope;
    this.#feed = this.#newFeed();
    const assets = vscode.Uri.joinPath(extensionUri, 'dist', 'webview');
    const { webview } = panel;
    webview.options = { enableScripts: true, localResourceRoots: [assets] };
    const watcher = vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(vscode.Uri.file(root), '.preclinical/{runs/*/results/results.jsonl,asks/asks.jsonl}'));
    const look = (): void => { this.#refresh(); };
    this.#timer = setInterval(look, pollMs);
    this.#disposables = [
      watcher, watcher.onDidChange(look), watcher.onDidCreate(look), watcher.onDidDelete(look), runs.onDidChange(look),
      webview.onDidReceiveMessage((message: AnswersToHost) => this.#take(message)),
      panel.onDidChangeViewState(look),
    ];
    this.#retitle();
    webview.html = panelPage({
      title: panel.title, language: vscode.env.language, nonce: randomBytes(16).toString('base64url'), cspSource: webview.cspSource,
      script: webview.asWebviewUri(vscode.Uri.joinPath(assets, 'answers.js')).toString(),
      style: webview.asWebviewUri(vscode.Uri.joinPath(assets, 'answers.css')).toString(),
    });
  }

  get questions(): string {
    return this.#scope.questions;
  }

  /** Shows another part of the same question set, or another set. */
  async show(scope: AnswersScope): Promise<void> {
    if (scope.questions !== this.#scope.questions) {
      this.#scope = scope;
      this.#feed = this.#newFeed();
      this.#retitle();
    }
    this.#scope = scope;
    this.panel.reveal();
    if (this.#isReady) await this.#send(true);
  }

  dispose(): void {
    clearInterval(this.#timer);
    for (const one of this.#disposables) one.dispose();
  }

  async #take(message: AnswersToHost): Promise<void> {
    switch (message.type) {
      case 'ready':
        this.#isReady = true;
        this.#rows = '';
        return this.#send(true);
      case 'detail': {
        const detail = await this.#feed.detail(message.row, message.variant);
        if (detail) await this.#post(detail);
        return;
      }
      case 'openQuestion': return this.#openQuestion(message.row);
      case 'copy': {
        await vscode.env.clipboard.writeText(message.text);
        return;
      }
      case 'chooseSet': {
        const scope = await pickSet(this.root, this.runs.model?.entries ?? []);
        if (scope) await this.show(scope);
      }
    }
  }

  async #openQuestion(row: string): Promise<void> {
    const line = await this.#feed.lineOf(row);
    if (line === undefined) {
      void vscode.window.showInformationMessage(vscode.l10n.t('This question is not in {0} any more.', path.basename(this.#feed.file)));
      return;
    }
    const at = new vscode.Range(line - 1, 0, line - 1, 0);
    await vscode.window.showTextDocument(vscode.Uri.file(this.#feed.file), { selection: at, viewColumn: vscode.ViewColumn.Beside, preview: true });
  }

  #newFeed(): AnswersFeed {
    return new AnswersFeed(this.root, this.#scope.questions, () => this.runs.model?.entries ?? []);
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
    const { variants, rows, block } = feed.table();
    const named = `${this.questions}\n${rows.ids.join('\n')}\n${rows.excerpts.join('\n')}\n${rows.golds}`;
    const sameRows = named === this.#rows;
    this.#rows = named;
    await this.#post({ type: 'snapshot', scope: this.#scope, texts: answersTexts(), variants, block, ...(sameRows ? {} : { rows }) });
  }

  async #post(message: HostToAnswers): Promise<void> {
    await this.panel.webview.postMessage(message);
  }

  #retitle(): void {
    this.panel.title = vscode.l10n.t('Prompt Results: {0}', path.posix.basename(this.questions));
  }
}
