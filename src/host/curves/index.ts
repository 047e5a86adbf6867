// Loss curves: the command that opens them and their return after a reload of the window.
import * as vscode from 'vscode';
import type { CurvesPanelState } from '../../protocol/panels/curves';
import { workspaceRoot } from '../root';
import { CurvesPanel } from './panel';
import { pickRuns } from './pick';
import { expandStudies } from './expand';
import { runIdsOf } from './run-ids';

export const curvesViewType = 'preclinical.curves';

export function registerCurves(context: vscode.ExtensionContext): vscode.Disposable[] {
  const open = new Set<CurvesPanel>();
  const adopt = (panel: vscode.WebviewPanel, root: string, runIds: readonly string[]): void => {
    const curves = new CurvesPanel(panel, context.extensionUri, root, runIds);
    open.add(curves);
    panel.onDidDispose(() => {
      open.delete(curves);
      curves.dispose();
    });
  };
  return [
    vscode.commands.registerCommand('preclinical.curves.open', async (...args: unknown[]) => {
      const root = workspaceRoot();
      if (root === undefined) {
        await vscode.window.showInformationMessage(vscode.l10n.t('Open a folder first: runs are kept in it.'));
        return;
      }
      const asked = runIdsOf(args);
      const given = await expandStudies(root, asked);
      if (asked.length > 0 && given.length === 0) {
        await vscode.window.showInformationMessage(vscode.l10n.t('This study has started no training yet.'));
        return;
      }
      const runIds = given.length > 0 ? given : await pickRuns(root, []);
      if (!runIds) return;
      const shown = [...open].find((one) => one.runIds.length === runIds.length && runIds.every((id) => one.runIds.includes(id)));
      if (shown) shown.panel.reveal();
      else adopt(vscode.window.createWebviewPanel(curvesViewType, vscode.l10n.t('Curves'), vscode.ViewColumn.Active), root, runIds);
    }),
    vscode.window.registerWebviewPanelSerializer(curvesViewType, {
      deserializeWebviewPanel: (panel, state: Partial<CurvesPanelState> | undefined) => {
        const root = workspaceRoot();
        if (root === undefined) panel.dispose();
        else adopt(panel, root, runIdsOf([state?.runIds ?? []]));
        return Promise.resolve();
      },
    }),
    // The panels themselves stay: the editor brings them back after a reload.
    new vscode.Disposable(() => { for (const one of open) one.dispose(); }),
  ];
}
