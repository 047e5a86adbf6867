// Quick fix for a misspelt key or value: put the nearest known one in its place.
import * as vscode from 'vscode';
import { diagnosticSource, suggestionFor } from './diagnostics';

export const fixProvider: vscode.CodeActionProvider = {
  provideCodeActions(document, _range, { diagnostics }) {
    return diagnostics.filter((one) => one.source === diagnosticSource).flatMap((diagnostic) => {
      const suggestion = suggestionFor(document.uri, diagnostic);
      if (suggestion === undefined) return [];
      const action = new vscode.CodeAction(vscode.l10n.t('Change to {0}', suggestion), vscode.CodeActionKind.QuickFix);
      action.edit = new vscode.WorkspaceEdit();
      action.edit.replace(document.uri, diagnostic.range, suggestion);
      action.diagnostics = [diagnostic];
      action.isPreferred = true;
      return [action];
    });
  },
};
