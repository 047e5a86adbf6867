// The user's files that commands are about: the one in the editor, or one that is picked.
import path from 'node:path';
import * as vscode from 'vscode';
import { startableKind, type StartableKind } from './preview';

/** The active file when it is one of these kinds, else the one the user picks; undefined when there is none. */
export async function pickStartable(title: string, kinds: readonly StartableKind[]): Promise<vscode.Uri | undefined> {
  return activeFile(kinds) ?? await pickFile(title, kinds);
}

function activeFile(kinds: readonly StartableKind[]): vscode.Uri | undefined {
  const uri = vscode.window.activeTextEditor?.document.uri;
  const kind = uri?.scheme === 'file' ? startableKind(uri.fsPath) : undefined;
  return kind !== undefined && kinds.includes(kind) ? uri : undefined;
}

async function pickFile(title: string, kinds: readonly StartableKind[]): Promise<vscode.Uri | undefined> {
  const found = await vscode.workspace.findFiles(`**/*.{${kinds.join(',')}}.yaml`, '**/{.preclinical,node_modules}/**');
  if (found.length === 0) {
    const create = vscode.l10n.t('Create Sample Workspace');
    const choice = await vscode.window.showInformationMessage(vscode.l10n.t('This workspace holds no {0} yet.', kinds.map((kind) => `*.${kind}.yaml`).join(', ')), create);
    if (choice === create) await vscode.commands.executeCommand('preclinical.sample.create');
    return undefined;
  }
  const rank = (uri: vscode.Uri): number => kinds.indexOf(startableKind(uri.fsPath)!);
  const picks = found.sort((a, b) => rank(a) - rank(b) || (a.path < b.path ? -1 : 1)).map((uri) => ({
    label: path.basename(uri.fsPath), description: vscode.workspace.asRelativePath(path.dirname(uri.fsPath)), uri,
  }));
  return (await vscode.window.showQuickPick(picks, { title, placeHolder: vscode.l10n.t('Choose a file'), matchOnDescription: true }))?.uri;
}

export async function saveIfOpen(uri: vscode.Uri): Promise<void> {
  await vscode.workspace.textDocuments.find((document) => document.isDirty && document.uri.toString() === uri.toString())?.save();
}
