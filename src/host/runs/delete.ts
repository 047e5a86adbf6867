// Deletes the folders of runs that nobody works on, after saying what goes with them.
import * as vscode from 'vscode';
import { readJobState } from '../../runs/state';
import { chooseRun } from './choose';
import { withoutIcons } from './describe';
import type { RunEntry } from './entry';
import { selectedIds } from './selection';
import type { RunsService } from './service';

/** `ask: false` answers the question beforehand. */
export interface DeleteOptions { readonly ask?: boolean }

export async function deleteRuns(service: RunsService, target: unknown, second: unknown): Promise<void> {
  const ids = selectedIds(target, second);
  const entries: RunEntry[] = [];
  for (const id of ids.length > 0 ? ids : [undefined]) {
    const entry = await chooseRun(service, id, vscode.l10n.t('Delete'), ({ reading }) => !reading.alive);
    if (!entry) return;
    await refuseWhileRunning(entry);
    entries.push(entry);
  }
  if ((second as DeleteOptions | undefined)?.ask !== false && !await isSure(service, entries)) return;
  for (const entry of entries) {
    await refuseWhileRunning(entry);
    await vscode.workspace.fs.delete(vscode.Uri.file(entry.folder), { recursive: true, useTrash: false });
  }
  await service.refresh();
}

/** One on another host counts as running until its heartbeat has stood still long enough. */
async function refuseWhileRunning({ name, folder }: RunEntry): Promise<void> {
  const { alive, liveness } = await readJobState(folder);
  if (alive || liveness === 'unknown') throw new Error(vscode.l10n.t('{0} is running: stop it first.', name));
}

async function isSure(service: RunsService, entries: readonly RunEntry[]): Promise<boolean> {
  const remove = vscode.l10n.t('Delete');
  const names = entries.map((entry) => withoutIcons(entry.name)).join(', ');
  const ids = new Set(entries.map(({ id }) => id));
  const evaluations = (service.model?.entries ?? []).filter(({ id, of }) => of !== undefined && ids.has(of) && !ids.has(id)).length;
  const detail = [
    vscode.l10n.t('Its folder with checkpoints, curves, results and log is removed for good. Archive hides it and keeps everything.'),
    evaluations === 0 ? '' : vscode.l10n.t('{0} evaluations and prompt experiments are about it. They stay.', evaluations),
  ].filter(Boolean).join('\n');
  return await vscode.window.showWarningMessage(vscode.l10n.t('Delete {0}?', names), { modal: true, detail }, remove) === remove;
}
