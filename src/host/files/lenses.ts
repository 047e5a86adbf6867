// Lenses on the first line: Start for a run or study, Build for a mix. The setting preclinical.codeLens.enabled hides them.
import * as vscode from 'vscode';
import { kindOfLanguage } from '../../documents/language/kinds';

const section = 'preclinical.codeLens';

export function lensProvider(selector: vscode.DocumentSelector): vscode.Disposable[] {
  const changed = new vscode.EventEmitter<void>();
  return [
    vscode.Disposable.from(changed),
    vscode.workspace.onDidChangeConfiguration((event) => { if (event.affectsConfiguration(section)) changed.fire(); }),
    vscode.languages.registerCodeLensProvider(selector, {
      onDidChangeCodeLenses: changed.event,
      provideCodeLenses(document): vscode.CodeLens[] {
        const title = titleFor(document);
        if (title === undefined || !vscode.workspace.getConfiguration(section, document).get<boolean>('enabled', true)) return [];
        return [new vscode.CodeLens(new vscode.Range(0, 0, 0, 0), { title, command: 'preclinical.run.start', arguments: [document.uri] })];
      },
    }),
  ];
}

/** Undefined for files that nothing is started from, and for new ones that no process can read yet. */
function titleFor(document: vscode.TextDocument): string | undefined {
  if (document.uri.scheme !== 'file') return undefined;
  const kind = kindOfLanguage(document.languageId)?.name;
  if (kind === 'mix') return vscode.l10n.t('$(package) Build');
  return kind === 'run' || kind === 'study' ? vscode.l10n.t('$(play) Start') : undefined;
}
