// What two runs were set to, side by side: the editor's own diff of their resolved files.
import * as vscode from 'vscode';
import { jobPath } from '../../runs/layout';
import { chooseRun } from './choose';
import { withoutIcons } from './describe';
import { selectedIds } from './selection';
import type { RunsService } from './service';

/** Two selected items are compared; of one, or none, the rest is picked. */
export async function compareSettings(service: RunsService, target: unknown, selection: unknown): Promise<void> {
  const [firstId, secondId] = selectedIds(target, selection);
  const title = vscode.l10n.t('Compare Settings');
  const first = await chooseRun(service, firstId, title, () => true);
  const second = first && await chooseRun(service, secondId, vscode.l10n.t('Compare {0} with', withoutIcons(first.name)), (entry) => entry.kind === first.kind && entry.id !== first.id);
  if (!second) return;
  // The older one on the left, as a change reads.
  const [older, newer] = first.id < second.id ? [first, second] : [second, first];
  const uri = ({ folder }: typeof older): vscode.Uri => vscode.Uri.file(jobPath(folder, 'run'));
  await vscode.commands.executeCommand('vscode.diff', uri(older), uri(newer), `${older.name} ↔ ${newer.name}`, { preview: true });
}
