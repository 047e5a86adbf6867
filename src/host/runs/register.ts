// Registers the Runs view, its commands and the status bar item.
import * as vscode from 'vscode';
import { registerGuarded, setContext } from '../commands';
import type { TextViews } from '../text/views';
import { compareSettings } from './compare';
import { askRun, resumeRun, stopRun } from './control';
import { deleteRuns } from './delete';
import { estimateFile, estimateText, estimateView } from './estimate';
import { labelRun, renameRun, tagRun } from './label';
import { registerFilter } from './filter-view';
import { importRuns } from './import';
import { registerRunLenses } from './lenses';
import { notifyOfEnds } from './notify';
import { openCurvesOfFile, studyOfFile } from './of-file-commands';
import { copyId, openFolder, openText, revealRun } from './open';
import { prepareFile, preparedDocument, preparedView } from './prepare';
import { Reports } from './reports';
import { RunsService } from './service';
import { startFile } from './start';
import { createStatusBar } from './status-bar';
import { type Node, RunsTree } from './view';

/** What other parts of the editor, and tests inside VS Code, may ask about runs. */
export interface RunsApi { readonly service: RunsService; readonly tree: RunsTree; readonly reports: Reports }

export function registerRuns(context: vscode.ExtensionContext, views: TextViews): { readonly api: RunsApi; readonly disposables: { dispose(): unknown }[] } {
  const service = new RunsService();
  const tree = new RunsTree(service);
  const view = vscode.window.createTreeView<Node>('preclinical.runs', { treeDataProvider: tree, showCollapseAll: true, canSelectMany: true });
  service.setVisible('runs', view.visible);
  const reports = new Reports(context, service);
  views.register(estimateView, ([file = '']) => estimateText(context, file));
  views.register(preparedView, ([prepared = '']) => preparedDocument(prepared));
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
    'preclinical.run.star': (target, selection) => labelRun(service, target, selection, vscode.l10n.t('Star'), { star: true }),
    'preclinical.run.unstar': (target, selection) => labelRun(service, target, selection, vscode.l10n.t('Unstar'), { star: false }),
    'preclinical.run.archive': (target, selection) => labelRun(service, target, selection, vscode.l10n.t('Archive'), { archived: true }),
    'preclinical.run.unarchive': (target, selection) => labelRun(service, target, selection, vscode.l10n.t('Unarchive'), { archived: false }),
    'preclinical.run.reveal': (target) => revealRun(service, tree, view, target),
    'preclinical.run.openFolder': (target) => openFolder(service, target),
    'preclinical.run.openLog': (target) => openText(service, target, vscode.l10n.t('Open Log'), 'log'),
    'preclinical.run.openText': (target) => openText(service, target, vscode.l10n.t('Open as Text'), 'run'),
    'preclinical.run.copyId': (target) => copyId(service, target),
    'preclinical.run.openReport': async (target) => reports.open(await studyOfFile(service, target)),
    'preclinical.run.estimate': (target) => estimateFile(context, views, target),
    'preclinical.run.prepare': (target) => prepareFile(context, views, target),
    'preclinical.run.import': (chosen) => importRuns(context, service, chosen),
    'preclinical.run.tag': (target, tags) => tagRun(service, target, tags),
    'preclinical.run.delete': (target, second) => deleteRuns(service, target, second),
    'preclinical.run.compare': (target, selection) => compareSettings(service, target, selection),
    'preclinical.curves.openOfFile': (target) => openCurvesOfFile(service, target),
    'preclinical.runs.refresh': () => service.refresh(),
    'preclinical.runs.showArchived': () => { showArchived(true); },
    'preclinical.runs.hideArchived': () => { showArchived(false); },
  };
  return {
    api: { service, tree, reports },
    disposables: [
      service, tree, view, createStatusBar(service), reports, notifyOfEnds(service), ...registerFilter(service, tree, view), ...registerRunLenses(),
      view.onDidChangeVisibility(({ visible }) => { service.setVisible('runs', visible); }),
      service.onDidChange(() => { setContext('preclinical.hasRuns', (service.model?.entries.length ?? 0) > 0); }),
      ...Object.entries(commands).map(([name, run]) => registerGuarded(name, run)),
    ],
  };
}
