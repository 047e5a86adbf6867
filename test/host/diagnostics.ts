// Waiting for what the Problems panel would show of a file.
import * as vscode from 'vscode';

/** Resolves when the diagnostics of a file satisfy the condition; the suite's time limit is the only one. */
export function diagnosticsWhere(uri: vscode.Uri, holds: (all: vscode.Diagnostic[]) => boolean): Promise<vscode.Diagnostic[]> {
  return new Promise((resolve) => {
    const look = (): void => {
      const all = vscode.languages.getDiagnostics(uri);
      if (!holds(all)) return;
      listener.dispose();
      resolve(all);
    };
    const listener = vscode.languages.onDidChangeDiagnostics(look);
    look();
  });
}
