// One answers panel: its page, and the snapshots it is sent. While it is hidden nothing is read and nothing is sent.
import path from 'node:path';
import * as vscode from 'vscode';
import type { AnswersScope, AnswersToHost, HostToAnswers } from '../../protocol/panels/answers';
import { LivePage } from '../panel/live-page';
import { AnswersFeed } from './feed';
import type { RunsService } from '../runs/service';
import { pickSet } from './sets';
import { spentWords } from './spent';
import { answersTexts } from './texts';

export class AnswersPanel implements vscode.Disposable {
  #scope: AnswersScope;
  #feed: AnswersFeed;
  /** Rows the page has, as they were sent. */
  #rows = '';
  readonly #page: LivePage<AnswersToHost, HostToAnswers>;

  constructor(readonly panel: vscode.WebviewPanel, extensionUri: vscode.Uri, private readonly root: string, private readonly runs: RunsService, scope: AnswersScope) {
    this.#scope = scope;
    this.#feed = this.#newFeed();
    this.#retitle();
    this.#page = new LivePage({
      panel, extensionUri, name: 'answers',
      watch: { folder: root, pattern: '.preclinical/{runs/*/results/results.jsonl,asks/asks.jsonl}' }, signals: [runs.onDidChange],
      send: (anew) => {
        if (anew) this.#rows = '';
        return this.#send(anew);
      },
      take: (message) => this.#take(message),
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
    if (this.#page.isLive) await this.#send(true);
  }

  dispose(): void {
    this.#page.dispose();
  }

  async #take(message: Exclude<AnswersToHost, { type: 'ready' }>): Promise<void> {
    switch (message.type) {
      case 'detail': {
        const detail = await this.#feed.detail(message.row, message.variant);
        if (detail) await this.#page.post(detail);
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
    return new AnswersFeed(this.root, this.#scope.questions, () => this.runs.model?.entries ?? [], spentWords);
  }

  async #send(always: boolean): Promise<void> {
    const feed = this.#feed;
    const isNew = await feed.look();
    if (feed !== this.#feed || !(isNew || always)) return;
    const { variants, rows, block } = feed.table();
    const named = `${this.questions}\n${rows.ids.join('\n')}\n${rows.excerpts.join('\n')}\n${rows.golds}`;
    const sameRows = named === this.#rows;
    this.#rows = named;
    await this.#page.post({ type: 'snapshot', scope: this.#scope, texts: answersTexts(), variants, block, ...(sameRows ? {} : { rows }) });
  }

  #retitle(): void {
    this.panel.title = vscode.l10n.t('Prompt Results: {0}', path.posix.basename(this.questions));
  }
}
