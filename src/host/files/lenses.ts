// Lenses on the first line: Start for a run or study, Build and Form for a mix. The settings codeLens.enabled and
// codeLens.start hide them.
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
        const commands = commandsFor(document);
        const settings = vscode.workspace.getConfiguration(section, document);
        if (!settings.get<boolean>('enabled', true) || !settings.get<boolean>('start', true)) return [];
        return commands.map((command) => new vscode.CodeLens(new vscode.Range(0, 0, 0, 0), { ...command, arguments: [document.uri] }));
      },
    }),
  ];
}

/** None for files that nothing is started from, and for new ones that no process can read yet. */
function commandsFor(document: vscode.TextDocument): vscode.Command[] {
  if (document.uri.scheme !== 'file') return [];
  const kind = kindOfLanguage(document.languageId)?.name;
  if (kind === 'mix') {
    return [{ title: vscode.l10n.t('$(package) Build'), command: 'preclinical.mix.build' }, { title: vscode.l10n.t('$(settings) Form'), command: 'preclinical.mix.openForm' }];
  }
  return kind === 'run' || kind === 'study' ? [{ title: vscode.l10n.t('$(play) Start'), command: 'preclinical.run.start' }] : [];
}
