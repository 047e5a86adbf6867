// The form of a *.mix.yaml: an editor of its text, offered beside the text editor, and the commands between the two.
import * as vscode from 'vscode';
import { type MixFormHome, MixFormSession } from './session';

export const mixFormViewType = 'preclinical.mixForm';

export function registerMixForm(home: MixFormHome): vscode.Disposable[] {
  const provider: vscode.CustomTextEditorProvider = {
    resolveCustomTextEditor(document, panel) {
      const session = new MixFormSession(home, document, panel);
      panel.onDidDispose(() => { session.dispose(); });
    },
  };
  return [vscode.window.registerCustomEditorProvider(mixFormViewType, provider, { supportsMultipleEditorsPerDocument: true })];
}
