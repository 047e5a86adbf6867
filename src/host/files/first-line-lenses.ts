// Lenses on the first line of a file, each hidden by its own setting and all of them by codeLens.enabled.
import * as vscode from 'vscode';

const section = 'preclinical.codeLens';

export interface FirstLineLens {
  /** Under preclinical.codeLens; shown unless it is off. */
  readonly setting: string;
  readonly title: string;
  /** Called with the document's address. */
  readonly command: string;
}

export function firstLineLenses(selector: vscode.DocumentSelector, lensesOf: (document: vscode.TextDocument) => readonly FirstLineLens[]): vscode.Disposable[] {
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
