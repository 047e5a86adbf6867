// Clear: from sight, or from the disk.
import * as vscode from 'vscode';
import type { Prompts } from './prompts';

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
