// New Mix File: a commented template that says what to fill in, opened as text.
import path from 'node:path';
import * as vscode from 'vscode';
import { mixTemplate } from './template';

/** The file written, or undefined when nothing was. `target` answers where beforehand. */
export async function newMixFile(target: unknown): Promise<vscode.Uri | undefined> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const uri = target instanceof vscode.Uri ? target : await vscode.window.showSaveDialog({
    title: vscode.l10n.t('New Mix File'), saveLabel: vscode.l10n.t('Create'), filters: { [vscode.l10n.t('Data mix')]: ['mix.yaml'] },
    ...(folder ? { defaultUri: vscode.Uri.joinPath(folder, 'new.mix.yaml') } : {}),
  });
  if (!uri) return undefined;
  const named = uri.path.endsWith('.mix.yaml') ? uri : uri.with({ path: `${uri.path.replace(/\.ya?ml$/, '')}.mix.yaml` });
  const name = path.posix.basename(named.path, '.mix.yaml').toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '').slice(0, 64) || 'mix';
  const edit = new vscode.WorkspaceEdit();
  edit.createFile(named, { ignoreIfExists: false, overwrite: false, contents: new TextEncoder().encode(mixTemplate(name)) });
  if (!await vscode.workspace.applyEdit(edit)) throw new Error(vscode.l10n.t('{0} is there already.', vscode.workspace.asRelativePath(named)));
  await vscode.window.showTextDocument(named);
  return named;
}
