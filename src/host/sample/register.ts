// Create Sample Workspace: the engine writes it into a folder the user chooses, then the window can open it.
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import { askEngine } from '../engine/engine';

const sampleName = 'preclinical-sample';
type Scale = 'full' | 'tiny';

export interface SampleOptions {
  /** Answers which size beforehand. */
  readonly scale?: Scale;
  /** Default true: offers to open the folder. */
  readonly open?: boolean;
}

export function registerSample(context: vscode.ExtensionContext): vscode.Disposable[] {
  return [vscode.commands.registerCommand('preclinical.sample.create', (target: unknown, options: unknown) => createSample(context, target, options as SampleOptions | undefined))];
}

/** The folder it was written to, or undefined when nothing was. */
async function createSample(context: vscode.ExtensionContext, target: unknown, options: SampleOptions = {}): Promise<vscode.Uri | undefined> {
  const parent = target instanceof vscode.Uri ? target : await askFolder();
  const scale = parent && (options.scale ?? await askScale());
  if (!parent || !scale) return undefined;
  const folder = await isEmpty(parent.fsPath) ? parent.fsPath : path.join(parent.fsPath, sampleName);
  if (folder !== parent.fsPath && !await isEmpty(folder)) {
    void vscode.window.showErrorMessage(vscode.l10n.t('{0} exists already and is not empty. Choose another folder, or remove it first.', folder));
    return undefined;
  }
  const title = vscode.l10n.t('Writing the sample workspace');
  try {
    const answer = await vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title, cancellable: true },
      (_progress, token) => askEngine(context, parent.fsPath, ['sample', folder, '--scale', scale], token));
    if (answer.code !== 0) throw new Error(answer.stderr.trim());
  } catch (error) {
    void vscode.window.showErrorMessage(vscode.l10n.t('The sample workspace was not written: {0}', error instanceof Error ? error.message : String(error)));
    return undefined;
  }
  const uri = vscode.Uri.file(folder);
  if (options.open !== false) await offerToOpen(uri);
  return uri;
}

async function askFolder(): Promise<vscode.Uri | undefined> {
  const [folder] = await vscode.window.showOpenDialog({
    canSelectFolders: true, canSelectFiles: false, canSelectMany: false,
    title: vscode.l10n.t('Where to write the sample workspace'), openLabel: vscode.l10n.t('Write It Here'),
    ...(vscode.workspace.workspaceFolders?.[0] ? { defaultUri: vscode.workspace.workspaceFolders[0].uri } : {}),
  }) ?? [];
  return folder;
}

async function askScale(): Promise<Scale | undefined> {
  const picks: (vscode.QuickPickItem & { scale: Scale })[] = [
    { label: vscode.l10n.t('Full'), detail: vscode.l10n.t('The sample study trains nine small models; about a quarter of an hour on two cores.'), scale: 'full' },
    { label: vscode.l10n.t('Tiny'), detail: vscode.l10n.t('The same study in about a minute; its scores mean nothing.'), scale: 'tiny' },
  ];
  return (await vscode.window.showQuickPick(picks, { title: vscode.l10n.t('Size of the sample') }))?.scale;
}

async function offerToOpen(uri: vscode.Uri): Promise<void> {
  const study = vscode.Uri.joinPath(uri, 'sample.study.yaml');
  const start = vscode.l10n.t('Start Study');
  const open = vscode.l10n.t('Open Folder');
  const isHere = vscode.workspace.workspaceFolders?.some((one) => one.uri.toString() === uri.toString()) === true;
  const choice = await vscode.window.showInformationMessage(vscode.l10n.t('The sample workspace is in {0}.', uri.fsPath), isHere ? start : open);
  if (choice === start) await vscode.commands.executeCommand('preclinical.run.start', study);
  if (choice === open) await vscode.commands.executeCommand('vscode.openFolder', uri);
}

async function isEmpty(folder: string): Promise<boolean> {
  try {
    return (await readdir(folder)).every((name) => name === '.git' || name === '.vscode' || name === '.preclinical');
  } catch {
    return true;
  }
}
