// Build Findings: the command that opens the panel and its return after a reload of the window.
import * as vscode from 'vscode';
import type { FindingsScope } from '../../protocol/panels/findings';
import { registerGuarded } from '../commands';
import { chooseMix } from '../mixes/choose';
import type { MixesService } from '../mixes/service';
import type { TextViews } from '../text/views';
import { FoundTexts } from './open';
import { FindingsPanel } from './panel';

const findingsViewType = 'preclinical.findings';

export function registerFindings(context: vscode.ExtensionContext, mixes: MixesService, views: TextViews): vscode.Disposable[] {
  const home = { extensionUri: context.extensionUri, mixes, texts: new FoundTexts(context, views) };
  const open = new Set<FindingsPanel>();
  const adopt = (panel: vscode.WebviewPanel, scope: FindingsScope): void => {
    const findings = new FindingsPanel(home, panel, scope);
    open.add(findings);
    panel.onDidDispose(() => {
      open.delete(findings);
      findings.dispose();
    });
  };
  const show = async (target: unknown): Promise<void> => {
    const uri = await chooseMix(mixes, target, vscode.l10n.t('Open Build Findings'), (entry) => entry.builds.length > 0);
    if (!uri) return;
    const { folder } = (typeof target === 'object' && target !== null ? target : {}) as { folder?: unknown };
    const scope = { file: uri.fsPath, ...(typeof folder === 'string' ? { folder } : {}) };
    const shown = [...open].find((one) => one.scope.file === scope.file);
    if (shown) await shown.show(scope);
    else adopt(vscode.window.createWebviewPanel(findingsViewType, vscode.l10n.t('Build Findings'), vscode.ViewColumn.Active), scope);
  };
  return [
    registerGuarded('preclinical.mix.openFindings', show),
    vscode.window.registerWebviewPanelSerializer(findingsViewType, {
      deserializeWebviewPanel: (panel, state: { readonly scope?: Partial<FindingsScope> } | undefined) => {
        const { file, folder } = state?.scope ?? {};
        if (typeof file !== 'string') panel.dispose();
        else adopt(panel, { file, ...(typeof folder === 'string' ? { folder } : {}) });
        return Promise.resolve();
      },
    }),
    // The panels themselves stay: the editor brings them back after a reload.
    new vscode.Disposable(() => { for (const one of open) one.dispose(); }),
  ];
}
