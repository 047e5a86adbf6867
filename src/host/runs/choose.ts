// Which run a command is about: the tree item or id it was given, else the one the user picks.
import * as vscode from 'vscode';
import { describeEntry, stateWord, withoutIcons } from './describe';
import type { RunEntry } from './entry';
import type { RunsService } from './service';

/** Undefined when the user picks none, or there is none to pick. */
export async function chooseRun(service: RunsService, target: unknown, title: string, fits: (entry: RunEntry) => boolean): Promise<RunEntry | undefined> {
  await service.refresh();
  const id = typeof target === 'string' ? target : idOf(target);
  if (id !== undefined) {
    const entry = service.model?.find(id);
    if (!entry) throw new Error(vscode.l10n.t('There is no run {0} in this workspace.', id));
    return entry;
  }
  const fitting = (service.model?.entries ?? []).filter(fits);
  if (fitting.length === 0) {
    await vscode.window.showInformationMessage(vscode.l10n.t('{0}: no run of this workspace is in a state for it.', title));
    return undefined;
  }
  const picks = fitting.map((entry) => {
    const owner = service.model?.studyOf(entry.id);
    return {
      label: withoutIcons(owner ? `${owner.study.name}/${owner.step}` : entry.name),
      description: withoutIcons([stateWord(entry.reading.state, vscode.l10n.t), describeEntry(entry, vscode.l10n.t)].filter(Boolean).join(' · ')),
      detail: entry.id,
      entry,
    };
  });
  return (await vscode.window.showQuickPick(picks, { title, placeHolder: vscode.l10n.t('Choose a run'), matchOnDetail: true }))?.entry;
}

function idOf(target: unknown): string | undefined {
  if (typeof target !== 'object' || target === null) return undefined;
  const { id } = target as { id?: unknown };
  return typeof id === 'string' ? id : undefined;
}
