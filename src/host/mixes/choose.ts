// Which mix a command is about: the item, file or editor it was given, else the one the user picks.
import * as vscode from 'vscode';
import { withoutIcons } from '../runs/describe';
import { describeMix } from './describe';
import type { MixEntry } from './entry';
import type { MixesService } from './service';

/** Undefined when the user picks none, or there is none to pick. */
export async function chooseMix(service: MixesService, target: unknown, title: string, fits: (entry: MixEntry) => boolean = () => true): Promise<vscode.Uri | undefined> {
  const given = uriOf(target) ?? (target === undefined ? activeMix() : undefined);
  if (given) return given;
  await service.refresh({ findFiles: true });
  const fitting = (service.model?.entries ?? []).filter(fits);
  if (fitting.length === 0) {
    await vscode.window.showInformationMessage(vscode.l10n.t('{0}: no mix of this workspace is in a state for it.', title));
    return undefined;
  }
  const picks = fitting.map((entry) => ({
    label: withoutIcons(entry.name ?? entry.file), description: describeMix(entry, vscode.l10n.t), detail: vscode.workspace.asRelativePath(entry.file), uri: vscode.Uri.file(entry.file),
  }));
  return (await vscode.window.showQuickPick(picks, { title, placeHolder: vscode.l10n.t('Choose a mix'), matchOnDetail: true }))?.uri;
}

function uriOf(target: unknown): vscode.Uri | undefined {
  if (target instanceof vscode.Uri) return target;
  const { file } = (typeof target === 'object' && target !== null ? target : {}) as { file?: unknown };
  return typeof file === 'string' ? vscode.Uri.file(file) : undefined;
}

/** The mix in the active tab, as text or as form. */
export function activeMix(): vscode.Uri | undefined {
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  const uri = input instanceof vscode.TabInputText || input instanceof vscode.TabInputCustom ? input.uri : undefined;
  return uri?.path.endsWith('.mix.yaml') === true ? uri : undefined;
}
