// Lenses beside Start on a run or study file: Estimate, Curves of its runs, and a study's Report. Each has a setting.
import * as vscode from 'vscode';
import { startableKind } from './preview';

const section = 'preclinical.codeLens';
const selector: vscode.DocumentSelector = ['run', 'study'].map((kind) => ({ language: `preclinical-${kind}`, scheme: 'file' }));

interface Lens { readonly setting: 'estimate' | 'curves' | 'report'; readonly title: string; readonly command: string }

export function registerRunLenses(): vscode.Disposable[] {
  const changed = new vscode.EventEmitter<void>();
  return [
    vscode.Disposable.from(changed),
    vscode.workspace.onDidChangeConfiguration((event) => { if (event.affectsConfiguration(section)) changed.fire(); }),
    vscode.languages.registerCodeLensProvider(selector, {
      onDidChangeCodeLenses: changed.event,
      provideCodeLenses(document): vscode.CodeLens[] {
        const settings = vscode.workspace.getConfiguration(section, document);
        if (!settings.get<boolean>('enabled', true)) return [];
        return lensesOf(document).filter(({ setting }) => settings.get<boolean>(setting, true))
          .map(({ title, command }) => new vscode.CodeLens(new vscode.Range(0, 0, 0, 0), { title, command, arguments: [document.uri] }));
      },
    }),
  ];
}

function lensesOf(document: vscode.TextDocument): Lens[] {
  const { t } = vscode.l10n;
  return [
    { setting: 'estimate', title: t('$(dashboard) Estimate'), command: 'preclinical.run.estimate' },
    { setting: 'curves', title: t('$(graph-line) Curves'), command: 'preclinical.curves.openOfFile' },
    ...(startableKind(document.fileName) === 'study' ? [{ setting: 'report', title: t('$(graph) Report'), command: 'preclinical.run.openReport' } as const] : []),
  ];
}
