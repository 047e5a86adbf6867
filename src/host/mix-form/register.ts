// The form of a *.mix.yaml: an editor of its text, offered beside the text editor, and the commands between the two.
import * as vscode from 'vscode';
import { MixFormSession } from './session';

export const mixFormViewType = 'preclinical.mixForm';

export function registerMixForm(context: vscode.ExtensionContext): vscode.Disposable[] {
  const provider: vscode.CustomTextEditorProvider = {
    resolveCustomTextEditor(document, panel) {
      const session = new MixFormSession(context, document, panel);
      panel.onDidDispose(() => { session.dispose(); });
    },
  };
  return [vscode.window.registerCustomEditorProvider(mixFormViewType, provider, { supportsMultipleEditorsPerDocument: true })];
}
