// What the user says about a run: name, star, archived. Written beside the job, never in it.
import * as vscode from 'vscode';
import type { JobLabels } from '../../protocol/labels';
import { writeLabels } from '../../runs/labels';
import { chooseRun } from './choose';
import type { RunEntry } from './entry';
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

export async function labelRun(service: RunsService, target: unknown, title: string, change: Pick<JobLabels, 'star' | 'archived'>): Promise<void> {
  const keys = Object.keys(change) as (keyof typeof change)[];
  const entry = await chooseRun(service, target, title, ({ labels }) => keys.some((key) => (labels[key] ?? false) !== change[key]));
  if (entry) await label(service, entry, change);
}

async function label(service: RunsService, entry: RunEntry, change: Omit<JobLabels, 'schema'>): Promise<void> {
  await writeLabels(entry.folder, change);
  await service.refresh();
}
