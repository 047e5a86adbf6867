// Registers the Evaluations view and its commands. Deleting, archiving, log and folder are those of runs.
import * as vscode from 'vscode';
import { registerGuarded, setContext, type CommandBody } from '../commands';
import { chooseRun } from '../runs/choose';
import type { RunsService } from '../runs/service';
import { importEvaluations } from './import';
import { compareEvaluations, openResults, openResultsFile, openSamples } from './open';
import { ResultsPanels } from './results/open';
import { startEvaluation } from './start';
import { evaluationNode, EvaluationsTree, type Node } from './view';

/** What tests inside VS Code may ask about evaluations. */
export interface EvaluationsApi { readonly tree: EvaluationsTree }

export function registerEvaluations(
  context: vscode.ExtensionContext, service: RunsService,
): { readonly api: EvaluationsApi; readonly disposables: { dispose(): unknown }[] } {
  const tree = new EvaluationsTree(service);
  const view = vscode.window.createTreeView<Node>('preclinical.evaluations', { treeDataProvider: tree, showCollapseAll: true, canSelectMany: true });
  service.setVisible('evaluations', view.visible);
  const panels = new ResultsPanels(context, service);
  const showArchived = (shown: boolean): void => {
    tree.showArchived = shown;
    setContext('preclinical.showsArchivedEvaluations', shown);
    void tree.refresh();
  };
  const reveal = async (target: unknown): Promise<void> => {
    const entry = await chooseRun(service, target, vscode.l10n.t('Show Evaluation'), ({ kind }) => kind === 'evaluate');
    if (entry) await view.reveal(evaluationNode(entry), { select: true, focus: true, expand: true });
  };
  const showRun = async (target: unknown): Promise<void> => {
    const entry = await chooseRun(service, target, vscode.l10n.t('Show Run'), ({ of }) => of !== undefined);
    if (!entry) return;
    if (entry.of === undefined && entry.kind === 'evaluate') throw new Error(vscode.l10n.t('No run of this workspace wrote this checkpoint.'));
    await vscode.commands.executeCommand('preclinical.run.reveal', entry.of ?? entry.id);
  };
  const commands: Readonly<Record<string, CommandBody>> = {
    'preclinical.evaluation.start': (target, options) => startEvaluation(context, service, target, options),
    'preclinical.evaluation.import': (target, chosen) => importEvaluations(context, service, panels, target, chosen),
    'preclinical.evaluation.open': (target, selection) => openResults(service, panels, target, selection),
    'preclinical.evaluation.openJson': (target) => openResultsFile(service, target),
    'preclinical.evaluation.openSamples': (target) => openSamples(service, target),
    'preclinical.evaluation.compare': (target, second) => compareEvaluations(service, panels, target, second),
    'preclinical.evaluation.reveal': reveal,
    'preclinical.evaluation.showRun': showRun,
    'preclinical.evaluations.showArchived': () => { showArchived(true); },
    'preclinical.evaluations.hideArchived': () => { showArchived(false); },
  };
  const setKeys = (): void => {
    const entries = service.model?.entries ?? [];
    setContext('preclinical.hasEvaluations', entries.some(({ kind }) => kind === 'evaluate'));
    setContext('preclinical.hasCheckpoints', entries.some(({ kind, progress }) => kind === 'train' && progress.checkpointStep > 0));
  };
  return {
    api: { tree },
    disposables: [
      tree, view, panels, service.onDidChange(setKeys),
      view.onDidChangeVisibility(({ visible }) => { service.setVisible('evaluations', visible); }),
      ...Object.entries(commands).map(([name, run]) => registerGuarded(name, run)),
    ],
  };
}
