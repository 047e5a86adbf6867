// Ways to look at a run: its place in the view, folder, log and resolved file.
import * as vscode from 'vscode';
import { jobPath } from '../../runs/layout';
import { chooseRun } from './choose';
import type { RunsService } from './service';
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
