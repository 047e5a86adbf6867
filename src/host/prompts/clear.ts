// Clear: from sight, or from the disk.
import * as vscode from 'vscode';
import { askEngine } from '../engine/engine';
import { workspaceRoot } from '../root';
import { wordsOf } from '../runs/start';
import type { Prompts } from './prompts';
import type { RunParts } from './run';

/** `confirmed` answers beforehand. Whether they were removed. */
export async function clearKept(prompts: Prompts, confirmed: unknown): Promise<boolean> {
  const { t } = vscode.l10n;
  await prompts.kept.refresh();
  const remove = t('Delete');
  const detail = t('{0} kept answers of this workspace, with their questions and prompts, are deleted from .preclinical/asks. Results of whole experiments stay.', prompts.book.keptRecords);
  if (confirmed !== true && await vscode.window.showWarningMessage(t('Delete all kept answers?'), { modal: true, detail }, remove) !== remove) return false;
  await prompts.kept.clear();
  prompts.touch();
  return true;
}

/** Answers of endpoints that the engine keeps so that nothing is paid for twice. Whether they were removed. */
export async function clearCache({ context }: Pick<RunParts, 'context'>, confirmed: unknown): Promise<boolean> {
  const { t } = vscode.l10n;
  const root = workspaceRoot();
  if (root === undefined) throw new Error(t('Open a folder first.'));
  const remove = t('Delete');
  const shown = await askEngine(context, root, ['cache', 'show']);
  const detail = [shown.stdout.trim(), t('They are kept in .preclinical/cache so that the same request is not sent and paid for twice. Results of experiments stay.')].join('\n\n');
  if (confirmed !== true && await vscode.window.showWarningMessage(t('Delete the kept answers of endpoints?'), { modal: true, detail }, remove) !== remove) return false;
  const answer = await askEngine(context, root, ['cache', 'clear']);
  if (answer.code !== 0) throw new Error(wordsOf(answer));
  void vscode.window.showInformationMessage(answer.stdout.trim());
  return true;
}
