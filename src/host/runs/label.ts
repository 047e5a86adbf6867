// What the user says about a run: name, star, archived, tags. Written beside the job, never in it.
import * as vscode from 'vscode';
import type { JobLabels } from '../../protocol/labels';
import { writeLabels } from '../../runs/labels';
import { chooseRun } from './choose';
import type { RunEntry } from './entry';
import { parseTags } from './filter';
import { selectedIds } from './selection';
import type { RunsService } from './service';

/** `name` answers beforehand. */
export async function renameRun(service: RunsService, target: unknown, name: unknown): Promise<void> {
  const entry = await chooseRun(service, target, vscode.l10n.t('Rename'), () => true);
  if (!entry) return;
  const chosen = typeof name === 'string' ? name : await vscode.window.showInputBox({
    title: vscode.l10n.t('Rename'), value: entry.name, prompt: vscode.l10n.t('Shown instead of the name in its file'),
    validateInput: (text) => (text.trim() === '' ? vscode.l10n.t('Write a name.') : undefined),
  });
  if (chosen !== undefined && chosen.trim() !== '') await label(service, entry, { name: chosen.trim() });
}

/** Labels all selected runs, or the one that is picked. */
export async function labelRun(service: RunsService, target: unknown, selection: unknown, title: string, change: Pick<JobLabels, 'star' | 'archived'>): Promise<void> {
  const keys = Object.keys(change) as (keyof typeof change)[];
  const ids = selectedIds(target, selection);
  for (const id of ids.length > 0 ? ids : [undefined]) {
    const entry = await chooseRun(service, id, title, ({ labels }) => keys.some((key) => (labels[key] ?? false) !== change[key]));
    if (entry) await label(service, entry, change);
  }
}

/** `tags` answers beforehand. */
export async function tagRun(service: RunsService, target: unknown, tags: unknown): Promise<void> {
  const entry = await chooseRun(service, target, vscode.l10n.t('Edit Tags'), () => true);
  if (!entry) return;
  const known = [...new Set((service.model?.entries ?? []).flatMap(({ labels }) => labels.tags ?? []))].sort();
  const text = typeof tags === 'string' ? tags : await vscode.window.showInputBox({
    title: vscode.l10n.t('Edit Tags'), value: (entry.labels.tags ?? []).join(', '),
    prompt: known.length === 0 ? vscode.l10n.t('Separated by commas') : vscode.l10n.t('Separated by commas. In use: {0}', known.join(', ')),
  });
  if (text !== undefined) await label(service, entry, { tags: parseTags(text) });
}

async function label(service: RunsService, entry: RunEntry, change: Omit<JobLabels, 'schema'>): Promise<void> {
  await writeLabels(entry.folder, change);
  await service.refresh();
}
