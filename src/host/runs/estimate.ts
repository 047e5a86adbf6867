// Estimate: what a run or study needs, asked of the engine; a line in a message, the table in a document.
import path from 'node:path';
import * as vscode from 'vscode';
import type { Estimate } from '../../protocol/estimate';
import { estimateSummary, estimateTable, estimateWarnings } from '../../protocol/estimate-words';
import { askEngine } from '../engine/engine';
import { workspaceRoot } from '../root';
import type { TextViews } from '../text/views';
import { readEstimate, startableKind } from './preview';
import { pickStartable, saveIfOpen } from './files';
import { wordsOf } from './start';

export const estimateView = 'estimate';

export interface AskedEstimate { readonly estimate?: Estimate; /** What the engine said when there is none. */ readonly problem?: string }

/** Never throws for what is wrong with the file. Without `calibrate` only what an earlier estimate measured tells the time. */
export async function askEstimate(
  context: vscode.ExtensionContext, file: string, options: { readonly calibrate: boolean }, token?: vscode.CancellationToken,
): Promise<AskedEstimate> {
  const root = workspaceRoot() ?? path.dirname(file);
  const answer = await askEngine(context, root, ['estimate', file, '--json', ...(options.calibrate ? [] : ['--no-calibrate'])], token);
  const estimate = answer.code === 0 ? readEstimate(answer.stdout) : undefined;
  return estimate ? { estimate } : { problem: wordsOf(answer) };
}

/** The estimate, for who asked by code; undefined when nothing was chosen or it was cancelled. */
export async function estimateFile(context: vscode.ExtensionContext, views: TextViews, target: unknown): Promise<Estimate | undefined> {
  const uri = target instanceof vscode.Uri ? target : await pickStartable(vscode.l10n.t('Estimate'), ['study', 'run']);
  if (!uri) return undefined;
  if (!['run', 'study'].includes(startableKind(uri.fsPath) ?? '')) throw new Error(vscode.l10n.t('Only runs and studies have an estimate.'));
  await saveIfOpen(uri);
  const name = path.basename(uri.fsPath);
  const location = vscode.ProgressLocation.Notification;
  const { asked, cancelled } = await vscode.window.withProgress({ location, cancellable: true, title: vscode.l10n.t('Estimating {0}', name) },
    async (_progress, token) => ({ asked: await askEstimate(context, uri.fsPath, { calibrate: true }, token), cancelled: token.isCancellationRequested }));
  if (cancelled) return undefined;
  if (!asked.estimate) throw new Error(asked.problem);
  void show(views, uri, asked.estimate);
  return asked.estimate;
}

async function show(views: TextViews, uri: vscode.Uri, estimate: Estimate): Promise<void> {
  const table = vscode.l10n.t('Show Table');
  const warnings = estimateWarnings(estimate, vscode.l10n.t);
  const choice = warnings.length > 0
    ? await vscode.window.showWarningMessage(warnings.join('\n'), table)
    : await vscode.window.showInformationMessage(estimateSummary(estimate, vscode.l10n.t), table);
  if (choice === table) await views.open(estimateView, vscode.l10n.t('Estimate {0}', path.basename(uri.fsPath)), [uri.fsPath]);
}

/** The table of a file's estimate, for the document. */
export async function estimateText(context: vscode.ExtensionContext, file: string): Promise<string> {
  const { estimate, problem } = await askEstimate(context, file, { calibrate: true });
  return estimate ? estimateTable(estimate, vscode.l10n.t) : problem ?? '';
}
