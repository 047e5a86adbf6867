// The walkthrough: its steps start the first experiments of the sample workspace, and are ticked when those are done.
import { existsSync } from 'node:fs';
import * as vscode from 'vscode';
import type { RunsService } from '../runs/service';
import { type Experiment, experiments, isDone } from './experiments';

const walkthrough = 'firstExperiments';

export function registerWalkthrough(context: vscode.ExtensionContext, runs: RunsService): vscode.Disposable[] {
  return [
    vscode.commands.registerCommand('preclinical.walkthrough.open', () => vscode.commands.executeCommand('workbench.action.openWalkthrough', `${context.extension.id}#${walkthrough}`, false)),
    ...experiments.map((one) => vscode.commands.registerCommand(`preclinical.walkthrough.${one.key}`, () => startExperiment(one))),
    runs.onDidChange(() => {
      const entries = runs.model?.entries ?? [];
      for (const one of experiments) void vscode.commands.executeCommand('setContext', `preclinical.walkthrough.${one.key}`, isDone(one, entries));
    }),
  ];
}

/** Opens the study's file beside the walkthrough's tab and starts it after its preview; undefined when nothing was started. */
async function startExperiment({ file }: Experiment): Promise<unknown> {
  const uri = vscode.workspace.workspaceFolders?.map((folder) => vscode.Uri.joinPath(folder.uri, file)).find((one) => existsSync(one.fsPath));
  if (!uri) {
    const create = vscode.l10n.t('Create Sample Workspace');
    const choice = await vscode.window.showInformationMessage(vscode.l10n.t('This experiment is a file of the sample workspace ({0}). Create that first, and open its folder.', file), create);
    if (choice === create) await vscode.commands.executeCommand('preclinical.sample.create');
    return undefined;
  }
  await vscode.window.showTextDocument(uri, { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true });
  return vscode.commands.executeCommand('preclinical.run.start', uri);
}
