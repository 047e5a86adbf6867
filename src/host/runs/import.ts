// Runs of other programs, read by the engine from their logs and shown beside the workspace's own.
import * as vscode from 'vscode';
import { askEngine } from '../engine/engine';
import type { RunsService } from './service';
import { wordsOf } from './start';

/** @param chosen log or folder, asked for when left out. Returns the ids of what was imported. */
export async function importRuns(context: vscode.ExtensionContext, service: RunsService, chosen: unknown): Promise<readonly string[]> {
  const root = service.model?.root;
  if (root === undefined) throw new Error(vscode.l10n.t('Open a folder first: runs are kept in it.'));
  const [uri] = chosen instanceof vscode.Uri ? [chosen] : await vscode.window.showOpenDialog({
    canSelectFiles: true, canSelectFolders: true, title: vscode.l10n.t('A Run\'s Log, or a Folder with Some'), openLabel: vscode.l10n.t('Import'),
  }) ?? [];
  if (!uri) return [];
  const answer = await vscode.window.withProgress({ location: { viewId: 'preclinical.runs' } }, () => askEngine(context, root, ['runs', 'import', uri.fsPath, '--json']));
  if (answer.code !== 0) throw new Error(wordsOf(answer));
  const imported = JSON.parse(answer.stdout) as readonly { readonly id: string; readonly source: string; readonly added: number; readonly unreadable: number }[];
  await service.refresh();
  const ids = imported.map(({ id }) => id);
  void offerCurves(imported.reduce((sum, { added }) => sum + added, 0), imported.reduce((sum, { unreadable }) => sum + unreadable, 0), ids);
  return ids;
}

async function offerCurves(points: number, unreadable: number, ids: readonly string[]): Promise<void> {
  const open = vscode.l10n.t('Open Curves');
  const words = [
    ids.length === 1 ? vscode.l10n.t('Imported a run with {0} new points.', points) : vscode.l10n.t('Imported {0} runs with {1} new points.', ids.length, points),
    ...(unreadable > 0 ? [vscode.l10n.t('{0} records could not be read: torn, or still being written.', unreadable)] : []),
  ].join(' ');
  if (await vscode.window.showInformationMessage(words, open) === open) await vscode.commands.executeCommand('preclinical.curves.open', ids);
}
