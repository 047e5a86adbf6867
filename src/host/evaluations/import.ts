// Results of lm-evaluation-harness, taken in by the engine and shown beside the workspace's own.
import * as vscode from 'vscode';
import { askEngine } from '../engine/engine';
import type { RunsService } from '../runs/service';
import { wordsOf } from '../runs/start';
import type { ResultsPanels } from './results/open';

/** @param target run whose model they are about, or nothing. @param chosen file or folder, asked for when left out. */
export async function importEvaluations(context: vscode.ExtensionContext, service: RunsService, panels: ResultsPanels, target: unknown, chosen: unknown): Promise<readonly string[]> {
  const root = service.model?.root;
  if (root === undefined) throw new Error(vscode.l10n.t('Open a folder first: results are kept in it.'));
  const [uri] = chosen instanceof vscode.Uri ? [chosen] : await vscode.window.showOpenDialog({
    canSelectFiles: true, canSelectFolders: true, title: vscode.l10n.t('Results of lm-evaluation-harness'), openLabel: vscode.l10n.t('Import'), filters: { JSON: ['json'] },
  }) ?? [];
  if (!uri) return [];
  const id = typeof target === 'string' ? target : (target as { readonly id?: unknown } | undefined)?.id;
  const run = typeof id === 'string' ? service.model?.find(id) : undefined;
  const answer = await vscode.window.withProgress({ location: { viewId: 'preclinical.evaluations' } }, () =>
    askEngine(context, root, ['import', uri.fsPath, '--json', ...(run?.kind === 'train' ? ['--of', run.id] : [])]));
  if (answer.code !== 0) throw new Error(wordsOf(answer));
  const ids = (JSON.parse(answer.stdout) as readonly { readonly id: string }[]).map((one) => one.id);
  await service.refresh();
  await panels.show({ focus: ids });
  return ids;
}
