// Ways to look at a run: its place in the view, folder, log, resolved file, and a study's report.
import path from 'node:path';
import * as vscode from 'vscode';
import { jobPath } from '../../runs/layout';
import { askEngine } from '../engine/engine';
import { chooseRun } from './choose';
import type { RunEntry } from './entry';
import type { RunsService } from './service';
import { inView, wordsOf } from './start';
import type { Node, RunsTree } from './view';

const any = (): boolean => true;

export async function revealRun(service: RunsService, tree: RunsTree, view: vscode.TreeView<Node>, target: unknown): Promise<void> {
  const entry = await chooseRun(service, target, vscode.l10n.t('Show Run'), any);
  const node = entry && tree.nodeOf(entry.id);
  if (node) await view.reveal(node, { select: true, focus: true, expand: true });
}

/** In the system's file manager; in the Explorer where the folder is on another machine. */
export async function openFolder(service: RunsService, target: unknown): Promise<void> {
  const entry = await chooseRun(service, target, vscode.l10n.t('Open Folder'), any);
  if (!entry) return;
  const here = vscode.env.remoteName === undefined && vscode.env.uiKind === vscode.UIKind.Desktop;
  await vscode.commands.executeCommand(here ? 'revealFileInOS' : 'revealInExplorer', vscode.Uri.file(jobPath(entry.folder, 'status')));
}

export async function openText(service: RunsService, target: unknown, title: string, name: 'log' | 'run'): Promise<void> {
  const entry = await chooseRun(service, target, title, any);
  if (entry) await vscode.window.showTextDocument(vscode.Uri.file(jobPath(entry.folder, name)), { preview: true });
}

export async function copyId(service: RunsService, target: unknown): Promise<void> {
  const entry = await chooseRun(service, target, vscode.l10n.t('Copy Id'), any);
  if (entry) await vscode.env.clipboard.writeText(entry.id);
}

const reports = new Map<string, vscode.WebviewPanel>();

/** Writes report.html as far as the study got and shows it. The page's own policy names its one script by hash. */
export async function openReport(context: vscode.ExtensionContext, service: RunsService, target: unknown): Promise<void> {
  const entry = await chooseRun(service, target, vscode.l10n.t('Open Report'), ({ kind }) => kind === 'study');
  const root = service.model?.root;
  if (!entry || root === undefined) return;
  const file = path.join(entry.folder, 'report.html');
  const answer = await inView(() => askEngine(context, root, ['report', entry.id, '--out', file]));
  if (answer.code !== 0) {
    void vscode.window.showErrorMessage(wordsOf(answer));
    return;
  }
  const html = new TextDecoder().decode(await vscode.workspace.fs.readFile(vscode.Uri.file(file)));
  const panel = reports.get(entry.id) ?? createPanel(entry);
  panel.webview.html = html;
  panel.reveal();
}

function createPanel(entry: RunEntry): vscode.WebviewPanel {
  const panel = vscode.window.createWebviewPanel('preclinical.report', vscode.l10n.t('Report: {0}', entry.name), vscode.ViewColumn.Active, {
    enableScripts: true, enableFindWidget: true, localResourceRoots: [],
  });
  reports.set(entry.id, panel);
  panel.onDidDispose(() => { reports.delete(entry.id); });
  return panel;
}
