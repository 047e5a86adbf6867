// Registers the Runs view, its commands and the status bar item.
import * as vscode from 'vscode';
import { askRun, resumeRun, stopRun } from './control';
import { labelRun, renameRun } from './label';
import { copyId, openFolder, openReport, openText, revealRun } from './open';
import { RunsService } from './service';
import { startFile } from './start';
import { createStatusBar } from './status-bar';
import { type Node, RunsTree } from './view';

/** What other parts of the editor, and tests inside VS Code, may ask about runs. */
export interface RunsApi { readonly service: RunsService; readonly tree: RunsTree }

export function registerRuns(context: vscode.ExtensionContext): { readonly api: RunsApi; readonly disposables: { dispose(): unknown }[] } {
  const service = new RunsService();
  const tree = new RunsTree(service);
  const view = vscode.window.createTreeView<Node>('preclinical.runs', { treeDataProvider: tree, showCollapseAll: true });
  service.setVisible(view.visible);
  const showArchived = (shown: boolean): void => {
    tree.showArchived = shown;
    setContext('preclinical.showsArchivedRuns', shown);
    service.touch();
  };
  const commands: Readonly<Record<string, (target: unknown, second: unknown) => unknown>> = {
    'preclinical.run.start': (target, options) => startFile(context, service, target, options),
    'preclinical.run.stop': (target, choice) => stopRun(service, target, choice),
    'preclinical.run.pause': (target) => askRun(service, target, 'pause'),
    'preclinical.run.checkpoint': (target) => askRun(service, target, 'checkpoint'),
    'preclinical.run.resume': (target) => resumeRun(context, service, target),
    'preclinical.run.rename': (target, name) => renameRun(service, target, name),
    'preclinical.run.star': (target) => labelRun(service, target, vscode.l10n.t('Star'), { star: true }),
    'preclinical.run.unstar': (target) => labelRun(service, target, vscode.l10n.t('Unstar'), { star: false }),
    'preclinical.run.archive': (target) => labelRun(service, target, vscode.l10n.t('Archive'), { archived: true }),
    'preclinical.run.unarchive': (target) => labelRun(service, target, vscode.l10n.t('Unarchive'), { archived: false }),
    'preclinical.run.reveal': (target) => revealRun(service, tree, view, target),
    'preclinical.run.openFolder': (target) => openFolder(service, target),
    'preclinical.run.openLog': (target) => openText(service, target, vscode.l10n.t('Open Log'), 'log'),
    'preclinical.run.openText': (target) => openText(service, target, vscode.l10n.t('Open as Text'), 'run'),
    'preclinical.run.copyId': (target) => copyId(service, target),
    'preclinical.run.openReport': (target) => openReport(context, service, target),
    'preclinical.runs.refresh': () => service.refresh(),
    'preclinical.runs.showArchived': () => { showArchived(true); },
    'preclinical.runs.hideArchived': () => { showArchived(false); },
  };
  return {
    api: { service, tree },
    disposables: [
      service, tree, view, createStatusBar(service),
      view.onDidChangeVisibility(({ visible }) => { service.setVisible(visible); }),
      service.onDidChange(() => { setContext('preclinical.hasRuns', (service.model?.entries.length ?? 0) > 0); }),
      ...Object.entries(commands).map(([name, run]) => vscode.commands.registerCommand(name, guarded(run))),
    ],
  };
}

/** Errors of a user's making are shown as they read, without the word of a bug. */
export function guarded(run: (target: unknown, second: unknown) => unknown): (target: unknown, second: unknown) => Promise<unknown> {
  return async (target, second) => {
    try {
      return await run(target, second);
    } catch (error) {
      void vscode.window.showErrorMessage(error instanceof Error ? error.message : String(error));
      return undefined;
    }
  };
}

function setContext(key: string, value: boolean): void {
  void vscode.commands.executeCommand('setContext', key, value);
}
