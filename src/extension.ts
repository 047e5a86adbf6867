// Entry of the VS Code extension: reads as a table of contents of what it registers.
import * as vscode from 'vscode';
import { registerCurves } from './host/curves';
import { registerFiles } from './host/files/register';

export function activate(context: vscode.ExtensionContext): void {
  context.subscriptions.push(
    vscode.commands.registerCommand('preclinical.showVersion', async () => {
      const version = (context.extension.packageJSON as { version: string }).version;
      await vscode.window.showInformationMessage(`Preclinical ${version}. For research; gives no medical advice.`);
    }),
    ...registerFiles(),
    ...registerCurves(context),
  );
}
