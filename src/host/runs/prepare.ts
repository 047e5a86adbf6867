// Prepare: everything a run of another engine would be started with is written and shown, and nothing is started.
import path from 'node:path';
import * as vscode from 'vscode';
import { preparedSchema, type Prepared } from '../../protocol/prepared';
import { askEngine } from '../engine/engine';
import { workspaceRoot } from '../root';
import type { TextViews } from '../text/views';
import { pickStartable, saveIfOpen } from './files';
import { preparedText } from './prepared-text';
import { startableKind } from './preview';
import { wordsOf } from './start';

export const preparedView = 'prepared';

/** Folder of what was prepared; undefined when nothing was chosen or it was cancelled. */
export async function prepareFile(context: vscode.ExtensionContext, views: TextViews, target: unknown): Promise<string | undefined> {
  const uri = target instanceof vscode.Uri ? target : await pickStartable(vscode.l10n.t('Prepare'), ['run']);
  if (!uri) return undefined;
  if (startableKind(uri.fsPath) !== 'run') throw new Error(vscode.l10n.t('Only runs are prepared.'));
  await saveIfOpen(uri);
  const title = vscode.l10n.t('Preparing {0}', path.basename(uri.fsPath));
  const prepared = await vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, cancellable: true, title }, (_progress, token) => ask(context, uri.fsPath, token));
  if (prepared === undefined) return undefined;
  await views.open(preparedView, vscode.l10n.t('Prepared {0}', path.basename(uri.fsPath)), [JSON.stringify(prepared)]);
  void offerFiles(prepared);
  return prepared.folder;
}

/** The text of what was prepared, with its files as they are now. */
export async function preparedDocument(argument: string): Promise<string> {
  const prepared = preparedSchema.parse(JSON.parse(argument));
  const contents = await Promise.all(prepared.files.map(async (file) => new TextDecoder().decode(await vscode.workspace.fs.readFile(fileOf(prepared, file)))));
  return preparedText(prepared, contents, vscode.l10n.t);
}

async function ask(context: vscode.ExtensionContext, file: string, token: vscode.CancellationToken): Promise<Prepared | undefined> {
  const answer = await askEngine(context, workspaceRoot() ?? path.dirname(file), ['train', file, '--prepare', '--json'], token);
  if (token.isCancellationRequested) return undefined;
  if (answer.code !== 0) throw new Error(wordsOf(answer));
  return preparedSchema.parse(JSON.parse(answer.stdout.trim().split('\n').at(-1) ?? ''));
}

async function offerFiles(prepared: Prepared): Promise<void> {
  const open = vscode.l10n.t('Change a File…');
  const choice = await vscode.window.showInformationMessage(vscode.l10n.t('Nothing is started. Changes to these files are kept when the run is.'), open);
  if (choice !== open) return;
  const name = await vscode.window.showQuickPick(prepared.files, { title: open });
  if (name !== undefined) await vscode.window.showTextDocument(fileOf(prepared, name));
}

function fileOf({ folder }: Prepared, name: string): vscode.Uri {
  return vscode.Uri.file(path.join(folder, name));
}
