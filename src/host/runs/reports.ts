// A study's report as a panel: written as far as the study got, and there again after a reload of the window.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import { jobFolder } from '../../runs/layout';
import { isJobId } from '../../runs/id';
import { askEngine } from '../engine/engine';
import { workspaceRoot } from '../root';
import { chooseRun } from './choose';
import type { RunsService } from './service';
import { inView, wordsOf } from './start';

export const reportViewType = 'preclinical.report';
const options: vscode.WebviewOptions = { enableScripts: true, localResourceRoots: [] };

/** The page's own policy names its one script by hash, and its script tells the editor which study it is of. */
export class Reports implements vscode.Disposable {
  readonly #open = new Map<string, vscode.WebviewPanel>();
  readonly #serializer: vscode.Disposable;

  constructor(private readonly context: vscode.ExtensionContext, private readonly service: RunsService) {
    this.#serializer = vscode.window.registerWebviewPanelSerializer(reportViewType, {
      deserializeWebviewPanel: (panel, state: { readonly study?: unknown } | undefined) => this.revive(panel, state?.study),
    });
  }

  async open(target: unknown): Promise<void> {
    const entry = await chooseRun(this.service, target, vscode.l10n.t('Open Report'), ({ kind }) => kind === 'study');
    const root = this.service.model?.root;
    if (!entry || root === undefined) return;
    const problem = await inView(() => this.#write(root, entry.id, entry.folder));
    if (problem !== undefined) {
      void vscode.window.showErrorMessage(problem);
      return;
    }
    const panel = this.#open.get(entry.id)
      ?? this.#adopt(entry.id, vscode.window.createWebviewPanel(reportViewType, vscode.l10n.t('Report: {0}', entry.name), vscode.ViewColumn.Active, { ...options, enableFindWidget: true }));
    panel.webview.html = await readFile(reportFile(entry.folder), 'utf8');
    panel.reveal();
  }

  /** Shows what is written, anew where a process may be started; a study whose folder is gone takes its panel with it. */
  async revive(panel: vscode.WebviewPanel, id: unknown): Promise<void> {
    const root = workspaceRoot();
    if (root === undefined || typeof id !== 'string' || !isJobId(id)) {
      panel.dispose();
      return;
    }
    const folder = jobFolder(root, id);
    this.#adopt(id, panel);
    panel.webview.options = options;
    if (vscode.workspace.isTrusted) await this.#write(root, id, folder);
    try {
      panel.webview.html = await readFile(reportFile(folder), 'utf8');
    } catch {
      panel.dispose();
    }
  }

  dispose(): void {
    this.#serializer.dispose();
  }

  #adopt(id: string, panel: vscode.WebviewPanel): vscode.WebviewPanel {
    this.#open.set(id, panel);
    panel.onDidDispose(() => { this.#open.delete(id); });
    return panel;
  }

  /** What went wrong, in words, or undefined. */
  async #write(root: string, id: string, folder: string): Promise<string | undefined> {
    const answer = await askEngine(this.context, root, ['report', id, '--out', reportFile(folder)]);
    return answer.code === 0 ? undefined : wordsOf(answer);
  }
}

function reportFile(folder: string): string {
  return path.join(folder, 'report.html');
}
