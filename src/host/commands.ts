// Commands as every part of the editor registers them, and the context keys that menus ask for.
import * as vscode from 'vscode';

/** A view hands the item clicked, then all that are selected; code hands what answers a question beforehand. */
export type CommandBody = (target: unknown, second: unknown) => unknown;

/** Errors of a user's making are shown as they read, without the word of a bug. */
export function registerGuarded(name: string, run: CommandBody): vscode.Disposable {
  return vscode.commands.registerCommand(name, async (target: unknown, second: unknown) => {
    try {
      return await run(target, second);
    } catch (error) {
      void vscode.window.showErrorMessage(error instanceof Error ? error.message : String(error));
      return undefined;
    }
  });
}

export function setContext(key: string, value: boolean): void {
  void vscode.commands.executeCommand('setContext', key, value);
}
